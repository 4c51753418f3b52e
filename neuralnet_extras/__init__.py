"""What one reaches for next: the gradient check, pictures, MNIST, the estimator of scikit-learn."""
