"""Runs of W&B, MLflow or a file: fetched, kept, compared and shown."""
