"""NeuralNetworkClassifier: the same network inside scikit-learn.

For pipelines, cross-validation and grid search. It translates labels to targets and outputs to
labels, and leaves all mathematics to neuralnet.py.
"""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from neuralnet import NeuralNetwork


class NeuralNetworkClassifier(ClassifierMixin, BaseEstimator):
    """A NeuralNetwork as a scikit-learn classifier, trained with cross-entropy.

    Two classes have one sigmoid output, more have one softmax output each. Scale the features
    first, e.g. in a pipeline with StandardScaler. The names are those of NeuralNetwork: in
    scikit-learn's own MLPClassifier, `alpha` is the strength of the l2 penalty and
    `learning_rate_init` is what is called `alpha` here.

    Parameters
    ----------
    hidden_layer_sizes : tuple of int, or int
        Units per hidden layer; () for none.
    alpha : float
        Learning rate, above 0.
    activation : str, Activation, or a list of either
        Of the hidden layers, one for all or one for each. An Activation of your own can be pickled
        if its two functions can: lambdas cannot.
    l2 : float
        Strength of the penalty (l2/2) sum W^2, 0 or more.
    momentum : float
        In [0, 1).
    epochs, batch_size : int
        Passes over the samples; samples per step.
    display_every : int
        Print the loss of the first, every k-th and the last epoch, and add it to
        ``net_.history``. 0: none.
    random_state : int, RandomState instance or None
        Of the initial weights and the order of samples: the same int gives the same result.

    Attributes
    ----------
    classes_ : ndarray, shape (n_classes,)
        The labels, sorted.
    net_ : NeuralNetwork
        The trained network, e.g. for ``net_.save(path)``. float32 if X was, otherwise float64.
    n_features_in_ : int
    feature_names_in_ : ndarray of str, shape (n_features_in_,)
        Only if X was a data frame.
    """

    def __init__(self, hidden_layer_sizes=(32, 16), alpha=0.05, *, activation="tanh", l2=1e-3,
                 momentum=0.9, epochs=100, batch_size=32, display_every=0,
                 random_state=None):  # fmt: skip
        self.hidden_layer_sizes = hidden_layer_sizes
        self.alpha = alpha
        self.activation = activation
        self.l2 = l2
        self.momentum = momentum
        self.epochs = epochs
        self.batch_size = batch_size
        self.display_every = display_every
        self.random_state = random_state

    def fit(self, X, y):
        """Train a new network, and return the classifier itself.

        Parameters
        ----------
        X : array_like, shape (m, n_features)
        y : array_like, shape (m,)
            Labels: numbers or strings, of two classes at least.

        Raises
        ------
        TypeError, ValueError
            An argument or parameter of wrong kind or out of range.
        FloatingPointError
            The weights turned NaN or infinite: scale X, or take a smaller alpha.
        """
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        targets = LabelBinarizer().fit(y)
        if len(targets.classes_) < 2:
            only = targets.classes_.tolist()[0]
            raise ValueError(f"y has only one class, {only!r}: pass samples of two at least")
        self.classes_ = targets.classes_
        Y = targets.transform(y)  # (m, 1) of 0 and 1 for two classes, otherwise (m, n_classes)
        self.net_ = NeuralNetwork(
            [X.shape[1], *np.atleast_1d(self.hidden_layer_sizes).tolist(), Y.shape[1]],
            alpha=self.alpha,
            activation=self.activation,
            output="sigmoid" if Y.shape[1] == 1 else "softmax",
            loss="cross_entropy",
            l2=self.l2,
            momentum=self.momentum,
            seed=check_random_state(self.random_state).randint(2**31 - 1),
            dtype=X.dtype,
        )
        self.net_.fit(X, Y, self.epochs, self.batch_size, display_every=self.display_every)
        return self

    def predict_proba(self, X):
        """The probabilities (m, n_classes) of `classes_` for X of shape (m, n_features)."""
        check_is_fitted(self, "net_")
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        a = self.net_.predict(X)  # (m, 1) for two classes, otherwise (m, n_classes)
        return np.hstack([1 - a, a]) if len(self.classes_) == 2 else a  # (m, n_classes)

    def predict(self, X):
        """The most probable labels (m,) for X of shape (m, n_features)."""
        probabilities = self.predict_proba(X)  # (m, n_classes)
        return self.classes_[probabilities.argmax(axis=1)]  # (m,)
