"""What is asked of W&B, of an MLflow server or of a file, and what of the answer is kept."""
