"""What each literal mention does in the news: scene, route, background, reference or container."""
