"""What editors decide: corrections, hidden names, and how coarse a published place must be."""
