"""What one reaches for next: the gradient check, pictures, MNIST, the network inside scikit-learn."""
