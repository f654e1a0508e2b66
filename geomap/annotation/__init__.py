"""What is reported at a place: its sentences, kinds of event, days and quantities, and how exactly the place is known."""
