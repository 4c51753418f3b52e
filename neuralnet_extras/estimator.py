"""NeuralNetworkClassifier: the network under the names of scikit-learn's MLPClassifier.

One class can stand in the place of the other. The mathematics is that of neuralnet.py.
The chapter about it is docs/using.md.
"""

import copy
import warnings
from itertools import pairwise
from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils import check_random_state, gen_batches, shuffle
from sklearn.utils.multiclass import check_classification_targets, type_of_target, unique_labels
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from neuralnet import CROSS_ENTROPY, NeuralNetwork

DTYPES = (np.float64, np.float32)
NAMES = {"logistic": "sigmoid", "softmax": "softmax"}  # ours; the others are called alike
ONLY = {"solver": "sgd", "learning_rate": "constant", "nesterovs_momentum": False,
        "warm_start": False, "early_stopping": False}  # fmt: skip


class NeuralNetworkClassifier(ClassifierMixin, BaseEstimator):
    """A NeuralNetwork in the place of ``MLPClassifier(solver="sgd", nesterovs_momentum=False)``.

    With the same parameters and random_state it ends in the same weights, up to rounding. Every
    parameter means what it means there: `alpha` is the strength of the l2 penalty,
    `learning_rate_init` the learning rate. `fit` refuses by name what is not in ONLY.

    Attributes
    ----------
    classes_, n_iter_, n_outputs_, n_layers_, out_activation_, loss_, best_loss_, loss_curve_
        As in MLPClassifier.
    coefs_, intercepts_ : lists of ndarray, shapes (n_l, n_l+1) and (n_l+1,)
        W and b of the network.
    net_ : NeuralNetwork
        The trained network, e.g. for ``net_.save(path)``. float32 if X was, otherwise float64.
    """

    _parameter_constraints = MLPClassifier._parameter_constraints  # so errors name these parameters

    def __init__(self, hidden_layer_sizes=(100,), activation="relu", *, solver="sgd", alpha=0.0001,
                 batch_size="auto", learning_rate="constant", learning_rate_init=0.001, power_t=0.5,
                 max_iter=200, shuffle=True, random_state=None, tol=1e-4, verbose=False,
                 warm_start=False, momentum=0.9, nesterovs_momentum=False, early_stopping=False,
                 validation_fraction=0.1, beta_1=0.9, beta_2=0.999, epsilon=1e-8,
                 n_iter_no_change=10, max_fun=15000):  # fmt: skip
        given = locals()
        vars(self).update({name: given[name] for name in self._get_param_names()})

    def fit(self, X, y):
        """Train a new network on X (m, n_features) and labels y (m,), or (m, n_labels) of 0 and 1.

        Raises ValueError for a parameter that is not supported, or if the weights turned NaN or
        infinite. The classifier is then as it was before.
        """
        fitted = copy.copy(self)  # replaced as a whole, when all has gone well
        fitted._check_parameters()
        X, y = fitted._validated(X, y, reset=True)
        fitted._start(X, LabelBinarizer().fit(y))
        fitted._train(X, y, self.max_iter)
        vars(self).update(vars(fitted))
        return self

    def partial_fit(self, X, y, classes=None):
        """One iteration more over X and y, as `fit` takes them; `classes` at the first call."""
        first = not hasattr(self, "net_")
        if first and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        fitted = copy.copy(self)
        fitted._check_parameters()
        X, y = fitted._validated(X, y, reset=first)
        several = type_of_target(y).startswith("multilabel")
        if first:
            fitted._start(X, LabelBinarizer().fit(y if several else unique_labels(classes)))
        elif several != self._label_binarizer.y_type_.startswith("multilabel"):
            columns = f"(m, {self.n_outputs_})" if not several else "(m,)"
            raise ValueError(f"y has shape {y.shape}, but at first it had {columns}")
        if classes is not None and not np.array_equal(fitted.classes_, unique_labels(classes)):
            raise ValueError(f"classes must be {fitted.classes_!r}, as in y, got {classes!r}")
        unknown = np.setdiff1d(unique_labels(y), fitted.classes_)
        if len(unknown):
            raise ValueError(f"y has classes not in classes_ {fitted.classes_}: {unknown}")
        if not first:
            fitted.net_, fitted.loss_curve_ = copy.copy(self.net_), list(self.loss_curve_)
            fitted._random_state = check_random_state(self.random_state)
        fitted._train(X, y, 1, incremental=True)
        vars(self).update(vars(fitted))
        return self

    def _check_parameters(self):
        self._validate_params()
        sizes = np.atleast_1d(np.array(self.hidden_layer_sizes, object)).tolist()
        if not all(_is_whole(size) and 0 < size < 2**31 for size in sizes):
            raise ValueError(f"hidden_layer_sizes must be > 0 and whole, got {sizes!s:.60}")
        for name in ("alpha", "learning_rate_init", "tol"):
            try:
                float(getattr(self, name))
            except OverflowError as error:
                raise ValueError(f"{name} is too large for a floating-point number") from error
        for name, value in ONLY.items():
            if getattr(self, name) != value:
                raise ValueError(f"{name}={getattr(self, name)!r} is not supported: only {value!r}")

    def _validated(self, X, y, reset):
        dtype = DTYPES if reset else self.net_.dtype
        X, y = validate_data(self, X, y, multi_output=True, dtype=dtype, reset=reset)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)  # (m,)
        check_classification_targets(y)
        return X, y

    def _start(self, X, binarizer):
        """An untrained network, its weights drawn as MLPClassifier draws them."""
        if len(binarizer.classes_) < 2:
            only = binarizer.classes_.tolist()[0]
            raise ValueError(f"y has only one class, {only!r}: pass samples of two at least")
        self._label_binarizer, self.classes_ = binarizer, binarizer.classes_
        self.out_activation_ = "softmax" if binarizer.y_type_ == "multiclass" else "logistic"
        self.n_outputs_ = 1 if binarizer.y_type_ == "binary" else len(self.classes_)
        self.net_ = NeuralNetwork(
            [X.shape[1], *np.atleast_1d(self.hidden_layer_sizes).tolist(), self.n_outputs_],
            alpha=self.learning_rate_init,
            activation=NAMES.get(self.activation, self.activation),
            output=NAMES[self.out_activation_],
            loss="cross_entropy",
            momentum=self.momentum,
            dtype=X.dtype,
        )
        self._random_state = check_random_state(self.random_state)
        for l, (n, n_next) in enumerate(pairwise(self.net_.layers)):  # Glorot and Bengio, 2010
            bound = np.sqrt((2 if self.activation == "logistic" else 6) / (n + n_next))
            W = self._random_state.uniform(-bound, bound, (n, n_next))  # (n_l, n_l+1)
            b = self._random_state.uniform(-bound, bound, n_next)  # (n_l+1,)
            self.net_.W[l], self.net_.b[l] = W.astype(X.dtype), b.astype(X.dtype)
        self.n_layers_, self._no_improvement_count = len(self.net_.layers), 0
        self.loss_curve_, self.loss_, self.best_loss_ = [], np.inf, np.inf

    def _train(self, X, y, iterations, incremental=False):
        """Until the loss no longer falls by tol, n_iter_no_change times in succession."""
        Y = self._label_binarizer.transform(y).astype(bool).astype(X.dtype)  # (m, n_L) of 0 and 1
        order = np.arange(len(X))  # (m,)
        size = min(200 if self.batch_size == "auto" else self.batch_size, len(X))
        if self.batch_size != "auto" and self.batch_size > len(X):
            warnings.warn(f"batch_size is clipped to the {len(X)} samples", stacklevel=3)
        try:
            for self.n_iter_ in range(1, iterations + 1):
                if self.shuffle:
                    order = shuffle(order, random_state=self._random_state)  # (m,)
                self.loss_ = self._train_iteration(X, Y, order, size)
                self.loss_curve_.append(self.loss_)
                if self.verbose:
                    print(f"Iteration {self.n_iter_}, loss = {self.loss_:.8f}")
                improved = self.loss_ <= self.best_loss_ - self.tol
                self._no_improvement_count = 0 if improved else self._no_improvement_count + 1
                self.best_loss_ = min(self.best_loss_, self.loss_)
                if self._no_improvement_count > self.n_iter_no_change:
                    break
            else:
                if not incremental:
                    warnings.warn(f"{iterations} iterations: not converged", ConvergenceWarning, 3)
        except KeyboardInterrupt:
            warnings.warn("Training interrupted by user.", stacklevel=3)
        self.net_.l2 = self.alpha / len(X)  # so net_.loss(X, Y) is what MLPClassifier minimises
        self.coefs_, self.intercepts_ = self.net_.W, self.net_.b
        if not all(np.isfinite(A).all() for A in (*self.coefs_, *self.intercepts_)):
            raise ValueError("weights are NaN or infinite: scale X, or lower learning_rate_init")

    @np.errstate(all="ignore")
    def _train_iteration(self, X, Y, order, size):
        """A step for each batch; the mean of the batches' losses, each before its step."""
        net, total = self.net_, 0.0
        sum_of_losses = CROSS_ENTROPY[net.functions[-1].name]
        for batch in gen_batches(len(X), size):
            x, y = X[order[batch]], Y[order[batch]]  # (rows, n_0), (rows, n_L)
            net.l2 = self.alpha / len(x)  # MLPClassifier divides the penalty by the samples, too
            zs, activations = net.forward(x)
            penalty = self.alpha / 2 * sum(np.sum(W**2, dtype=np.float64) for W in net.W)
            total += float(sum_of_losses(zs[-1], activations[-1], y) + penalty)
            net.step(*net.backward(zs, activations, y))
        return total / len(X)

    def predict_proba(self, X):
        """The probabilities (m, n_classes) of `classes_` for X of shape (m, n_features)."""
        check_is_fitted(self, "net_")
        X = validate_data(self, X, dtype=DTYPES, reset=False)
        a = self.net_.predict(X)  # (m, n_L)
        return np.hstack([1 - a, a]) if self.n_outputs_ == 1 else a  # (m, n_classes)

    def predict_log_proba(self, X):
        """The natural logarithms of `predict_proba`."""
        with np.errstate(divide="ignore"):  # the logarithm of 0 is -inf
            return np.log(self.predict_proba(X))  # (m, n_classes)

    def predict(self, X):
        """The most probable labels (m,); of several labels, (m, n_labels): 1 above one half."""
        outputs = self.predict_proba(X)  # (m, n_classes)
        outputs = outputs[:, 1] if self.n_outputs_ == 1 else outputs  # (m,) or (m, n_classes)
        return self._label_binarizer.inverse_transform(outputs)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


def _is_whole(size):
    return isinstance(size, Integral) and not isinstance(size, (bool, np.timedelta64))
