"""Line breaking: the places where a line may end, and the two breakers that choose among them."""
