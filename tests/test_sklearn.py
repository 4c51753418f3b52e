"""The network as a scikit-learn classifier: scikit-learn's own checks, then what users do."""

import pickle

import numpy as np
import pytest
from sklearn.datasets import load_digits, make_blobs, make_moons
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from neuralnet import ACTIVATIONS, Activation, NeuralNetwork
from neuralnet_extras.estimator import NeuralNetworkClassifier

# scikit-learn 1.6 hands pytest a generator of checks, which pytest 9.1 warns of: make it a list.
mark = parametrize_with_checks([NeuralNetworkClassifier()]).mark
names, checks = mark.args


@pytest.mark.parametrize(names, list(checks), **mark.kwargs)
def test_the_classifier_passes_the_check_of_scikit_learn(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # without it, one check would be skipped
    check(estimator)


@pytest.fixture(scope="module")
def digits():
    return load_digits(return_X_y=True)


def blobs(classes, m=90):
    return make_blobs(m, n_features=3, centers=classes, cluster_std=2.0, random_state=0)


def quick(**parameters):
    return NeuralNetworkClassifier(**{"epochs": 5, "random_state": 0, **parameters})


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def swish(z):
    return z * sigmoid(z)


def swish_backward(grad, z, a):
    return grad * (a + sigmoid(z) * (1 - a))


def test_a_pipeline_with_default_settings_reads_the_digits_in_every_fold(digits):
    model = make_pipeline(StandardScaler(), NeuralNetworkClassifier(random_state=0))
    scores = cross_val_score(model, *digits, cv=3)  # (3,)
    assert scores.min() > 0.9, scores


def test_grid_search_finds_the_setting_that_learns(digits):
    X, X_test, y, y_test = train_test_split(*digits, train_size=600, random_state=0)
    model = make_pipeline(StandardScaler(), quick(epochs=20))
    grid = {
        "neuralnetworkclassifier__alpha": [1e-6, 0.05],  # with the first, nothing is learnt
        "neuralnetworkclassifier__hidden_layer_sizes": [(1,), (32, 16)],  # one unit is too few
    }
    search = GridSearchCV(model, grid, cv=3).fit(X, y)
    assert list(search.best_params_.values()) == [0.05, (32, 16)]
    assert search.score(X_test, y_test) > 0.9


def test_the_roc_auc_of_two_moons_is_nearly_1():
    moons = make_moons(1000, noise=0.2, random_state=0)
    X, X_test, y, y_test = train_test_split(*moons, random_state=0)
    model = NeuralNetworkClassifier((16, 8), random_state=0).fit(X, y)
    assert roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]) > 0.99


@pytest.mark.parametrize(("classes", "output"), [(2, "sigmoid"), (3, "softmax")])
def test_it_trains_the_network_that_one_would_build_by_hand(classes, output):
    X, y = blobs(classes)
    model = NeuralNetworkClassifier((5, 4), 0.2, activation=["relu", "tanh"], l2=0.01, momentum=0.5,
                                    epochs=3, batch_size=20, random_state=7).fit(X, y)  # fmt: skip
    Y = y[:, None] if classes == 2 else np.eye(classes)[y]  # (m, 1) or (m, classes)
    seed = np.random.RandomState(7).randint(2**31 - 1)  # as scikit-learn does
    net = NeuralNetwork([3, 5, 4, Y.shape[1]], 0.2, activation=["relu", "tanh"], output=output,
                        loss="cross_entropy", l2=0.01, momentum=0.5, seed=seed)  # fmt: skip
    net.fit(X, Y, epochs=3, batch_size=20)
    for ours, by_hand in zip(model.net_.W + model.net_.b, net.W + net.b):
        np.testing.assert_array_equal(ours, by_hand)
    np.testing.assert_array_equal(model.predict_proba(X)[:, -1], net.predict(X)[:, -1])


@pytest.mark.parametrize("classes", [2, 3])
def test_string_labels_give_the_same_network_as_numbers(classes):
    X, y = blobs(classes)
    labels = np.array(["ant", "bee", "cat"])  # (3,)
    by_number, by_name = quick().fit(X, y), quick().fit(X, labels[y])
    assert list(by_name.classes_) == list(labels[:classes])
    np.testing.assert_array_equal(by_name.predict(X), labels[by_number.predict(X)])
    assert by_name.score(X, labels[y]) > 0.7  # chance is 1/2 or 1/3


@pytest.mark.parametrize("classes", [2, 3])
def test_the_probabilities_of_the_classes_sum_to_1(classes):
    X, y = blobs(classes)
    probabilities = quick().fit(X, y).predict_proba(X)  # (m, classes)
    assert probabilities.shape == (len(X), classes)
    assert probabilities.min() >= 0
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=0, atol=1e-12)


def test_the_same_random_state_gives_the_same_bits_and_another_does_not():
    X, y = blobs(3)
    first, again, other = (quick(random_state=s).fit(X, y).predict_proba(X) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


@pytest.mark.parametrize("classes", [2, 3])
def test_pickled_and_unpickled_it_predicts_the_same_and_trains_on_the_same(classes):
    X, y = blobs(classes)
    hidden = ["sigmoid", "tanh", "relu", "identity", Activation(swish, swish_backward)]
    model = quick(hidden_layer_sizes=[4] * 5, activation=hidden).fit(X, y)
    restored = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(restored.predict_proba(X), model.predict_proba(X))
    assert restored.net_.functions == model.net_.functions
    assert restored.activation == hidden
    Y = np.eye(classes)[y][:, : model.net_.layers[-1]]  # (m, n_L)
    for net in (model.net_, restored.net_):
        net.fit(X, Y, epochs=1)
    np.testing.assert_array_equal(restored.net_.W[0], model.net_.W[0])


def test_a_built_in_activation_unpickles_as_itself():
    for activation in ACTIVATIONS.values():
        assert pickle.loads(pickle.dumps(activation)) == activation


def test_float32_features_train_a_float32_network():
    X, y = blobs(3)
    assert quick().fit(X.astype(np.float32), y).predict_proba(X).dtype == np.float32
    assert quick().fit(X, y).predict_proba(X).dtype == np.float64


def test_hidden_layer_sizes_may_be_one_number_or_none_at_all():
    X, y = blobs(3)
    assert quick(hidden_layer_sizes=8).fit(X, y).net_.layers == [3, 8, 3]
    assert quick(hidden_layer_sizes=()).fit(X, y).net_.layers == [3, 3]


def test_display_every_prints_the_loss_and_keeps_it_in_the_history(capsys):
    model = quick(display_every=2).fit(*blobs(3))
    assert model.net_.history["epoch"] == [1, 2, 4, 5]
    assert capsys.readouterr().out.count("[INFO] epoch=") == 4


def test_labels_of_one_class_are_refused():
    X, y = blobs(1)
    with pytest.raises(ValueError, match="y has only one class, 0: pass samples of two"):
        quick().fit(X, y)
