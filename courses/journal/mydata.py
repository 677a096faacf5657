"""What the Centre knows of people in their journals and initiatives."""
