"""The network as a scikit-learn classifier: it stands in the place of MLPClassifier, exactly.

First scikit-learn's own checks of estimators, then the same weights as MLPClassifier, then
scikit-learn's own tests of MLPClassifier with the class exchanged, then what users do.
"""

import copy
import inspect
import pickle
import warnings

import numpy as np
import pytest
from sklearn.datasets import (
    load_digits,
    make_blobs,
    make_classification,
    make_moons,
    make_multilabel_classification,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.neural_network.tests import test_mlp as their_tests
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from neuralnet_extras.estimator import NeuralNetworkClassifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

# scikit-learn 1.6 hands pytest a generator of checks, which pytest 9.1 warns of: make it a list.
mark = parametrize_with_checks([NeuralNetworkClassifier()]).mark
names, checks = mark.args


@pytest.mark.slow
@pytest.mark.parametrize(names, list(checks), **mark.kwargs)
def test_the_classifier_passes_the_check_of_scikit_learn(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # without it, one check would be skipped
    check(estimator)


# The same as MLPClassifier


def test_its_parameters_and_their_defaults_are_those_of_mlpclassifier_but_for_two():
    ours, theirs = NeuralNetworkClassifier().get_params(), MLPClassifier().get_params()
    assert ours == {**theirs, "solver": "sgd", "nesterovs_momentum": False}


def data(kind, dtype=np.float64):
    X, y = {
        "binary": lambda: make_classification(60, 8, random_state=0),
        "multiclass": lambda: make_classification(
            70, 8, n_informative=5, n_classes=4, random_state=1
        ),
        "multilabel": lambda: make_multilabel_classification(60, 8, random_state=2),
    }[kind]()
    return StandardScaler().fit_transform(X).astype(dtype), y


def both(**parameters):
    fixed = {"random_state": 3, "learning_rate_init": 0.05, **parameters}
    theirs = MLPClassifier(solver="sgd", nesterovs_momentum=False, **fixed)
    return NeuralNetworkClassifier(**fixed), theirs


def assert_the_same(ours, theirs, X, atol=1e-12):
    for own, other in zip(
        [*ours.coefs_, *ours.intercepts_], [*theirs.coefs_, *theirs.intercepts_], strict=True
    ):
        assert own.dtype == other.dtype
        np.testing.assert_allclose(own, other, rtol=0, atol=atol)
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_, rtol=0, atol=atol)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=0, atol=atol)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    np.testing.assert_array_equal(ours.classes_, theirs.classes_)
    for name in ("n_iter_", "n_outputs_", "n_layers_", "out_activation_", "n_features_in_"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert ours.loss_ == pytest.approx(theirs.loss_, abs=atol)
    assert ours.best_loss_ == pytest.approx(theirs.best_loss_, abs=atol)


@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
@pytest.mark.parametrize("activation", ["logistic", "tanh", "relu", "identity"])
def test_it_ends_in_the_weights_of_mlpclassifier(kind, activation):
    X, y = data(kind)
    ours, theirs = both(
        hidden_layer_sizes=(7, 5), activation=activation, alpha=0.3, batch_size=16, max_iter=12
    )
    before = copy.deepcopy(ours).set_params(max_iter=1).fit(X, y).coefs_[0]
    ours.fit(X, y)
    assert np.abs(ours.coefs_[0] - before).max() > 1e-3, "it has not been trained"
    assert_the_same(ours, theirs.fit(X, y), X)


@pytest.mark.parametrize(
    "parameters",
    [
        {"hidden_layer_sizes": ()},
        {"hidden_layer_sizes": 9},
        {"hidden_layer_sizes": [4, 4, 4]},
        {"momentum": 0.0},
        {"shuffle": False},
        {"batch_size": 1, "learning_rate_init": 0.005, "max_iter": 3},
        {"alpha": 0.0},
        {"tol": 0.05, "max_iter": 100},  # stops by itself
        {"n_iter_no_change": 2, "tol": 0.02, "max_iter": 100},
    ],
    ids=str,
)
def test_each_parameter_means_what_it_means_there(parameters):
    X, y = data("multiclass")
    ours, theirs = both(**{"hidden_layer_sizes": (6,), "max_iter": 8, **parameters})
    assert_the_same(ours.fit(X, y), theirs.fit(X, y), X)
    if parameters.get("max_iter") == 100:
        assert ours.n_iter_ < 100


def test_float32_stays_float32():
    X, y = data("multiclass", np.float32)
    ours, theirs = both(hidden_layer_sizes=(6,), max_iter=5)
    assert_the_same(ours.fit(X, y), theirs.fit(X, y), X, atol=1e-5)


@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
def test_partial_fit_goes_on_as_that_of_mlpclassifier(kind):
    X, y = data(kind)
    ours, theirs = both(hidden_layer_sizes=(6,), batch_size=16)
    classes = None if kind == "multilabel" else np.unique(y)
    for model in (ours, theirs):
        model.partial_fit(X, y, classes=np.arange(y.shape[1]) if classes is None else classes)
        for _ in range(4):
            model.partial_fit(X[:40], y[:40])
    assert len(ours.loss_curve_) == 5
    assert_the_same(ours, theirs, X)


def test_verbose_prints_the_same_lines(capsys):
    X, y = data("binary")
    printed = []
    for model in both(hidden_layer_sizes=(3,), max_iter=3, verbose=True):
        model.fit(X, y)
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] != ""


# Their own tests


NOT_RUN = {  # of sklearn/neural_network/tests/test_mlp.py, and why
    "test_alpha": "solver adam, and a private loop of theirs",
    "test_fit": "their private methods",
    "test_gradient": "their private methods; tests/test_gradients.py does it for ours",
    "test_lbfgs_classification": "solver lbfgs",
    "test_lbfgs_regression": "a regressor",
    "test_lbfgs_classification_maxfun": "solver lbfgs",
    "test_lbfgs_regression_maxfun": "a regressor",
    "test_learning_rate_warmstart": "warm_start and other learning rates",
    "test_multilabel_classification": "solver lbfgs; multi-label is compared above",
    "test_multioutput_regression": "a regressor",
    "test_partial_fit_classification": "asks for Nesterov's momentum; compared above without it",
    "test_partial_fit_regression": "a regressor",
    "test_predict_proba_binary": "that adam, their default, reaches an AUC of 1",
    "test_predict_proba_multilabel": "solver lbfgs",
    "test_preserve_feature_names": "early_stopping",
    "test_mlp_partial_fit_after_fit": "early_stopping",
    "test_shuffle": "a regressor",
    "test_partial_fit_errors": "that lbfgs has no partial_fit",
    "test_nonfinite_params": "a regressor",
    "test_sparse_matrices": "sparse input, which is refused with a message that names toarray",
    "test_early_stopping": "early_stopping",
    "test_adaptive_learning_rate": "an adaptive learning rate",
    "test_warm_start": "warm_start",
    "test_warm_start_full_iteration": "warm_start",
    "test_early_stopping_stratified": "early_stopping",
    "test_mlp_early_stopping_string_labels": "early_stopping",
    "test_mlp_classifier_dtypes_casting": "solver adam by default there; float32 is compared above",
    "test_mlp_regressor_dtypes_casting": "a regressor",
    "test_mlp_loading_from_joblib_partial_fit": "a regressor",
    "test_mlp_warm_start_with_early_stopping": "warm_start and early_stopping",
    "test_mlp_warm_start_no_convergence": "warm_start",
    "test_mlp_diverging_loss": "early_stopping",
    "test_mlp_sample_weight_with_early_stopping": "early_stopping",
    "test_mlp_vs_poisson_glm_equivalent": "a regressor",
    "test_minimum_input_sample_size": "a regressor, and early_stopping",
}


RUN = [  # name, arguments; NeuralNetworkClassifier stands wherever they take a class
    ("test_partial_fit_classes_error", []),
    ("test_partial_fit_unseen_classes", []),
    ("test_predict_proba_multiclass", []),
    ("test_tolerance", []),
    ("test_verbose_sgd", []),
    ("test_n_iter_no_change", []),
    ("test_n_iter_no_change_inf", []),
    ("test_mlp_param_dtypes", [np.float32, NeuralNetworkClassifier]),
    ("test_mlp_param_dtypes", [np.float64, NeuralNetworkClassifier]),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "arguments"), RUN)
def test_scikit_learns_own_test_passes_with_the_class_exchanged(
    name, arguments, monkeypatch, capsys
):
    monkeypatch.setattr(their_tests, "MLPClassifier", NeuralNetworkClassifier)
    test = getattr(their_tests, name)
    fixtures = {"capsys": capsys} if "capsys" in inspect.signature(test).parameters else {}
    test(*arguments, **fixtures)  # only newer versions of one test take it


def test_each_of_their_tests_runs_or_is_named_with_a_reason():
    theirs = {name for name in vars(their_tests) if name.startswith("test_")}
    assert not theirs - {name for name, _ in RUN} - NOT_RUN.keys()


# What is refused


@pytest.mark.parametrize(
    "parameters",
    [
        {"solver": "adam"},
        {"solver": "lbfgs"},
        {"learning_rate": "adaptive"},
        {"learning_rate": "invscaling"},
        {"nesterovs_momentum": True},
        {"warm_start": True},
        {"early_stopping": True},
    ],
    ids=str,
)
def test_what_is_not_supported_is_refused_by_name_when_fit_is_called(parameters):
    X, y = data("binary")
    ((name, value),) = parameters.items()
    model = NeuralNetworkClassifier(**parameters)  # the constructor takes it
    for fit in (model.fit, lambda X, y: model.partial_fit(X, y, classes=[0, 1])):
        with pytest.raises(ValueError, match=f"^{name}={value!r} is not supported: only"):
            fit(X, y)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hidden_layer_sizes", (4, 0)),
        ("hidden_layer_sizes", -1),
        ("hidden_layer_sizes", (2.5,)),
        ("hidden_layer_sizes", [[2, 3]]),
        ("hidden_layer_sizes", [[2], [2, 3]]),
        ("hidden_layer_sizes", ("a",)),
        ("hidden_layer_sizes", "abc"),
        ("hidden_layer_sizes", (True,)),
        ("hidden_layer_sizes", (2**40,)),
        ("alpha", 10**400),
        ("learning_rate_init", 10**400),
        ("tol", 10**400),
        ("learning_rate_init", float("nan")),
        ("alpha", float("inf")),
        ("activation", "sigmoid"),
        ("alpha", -1),
        ("learning_rate_init", 0),
        ("momentum", 1.5),
        ("momentum", 1.0),
        ("batch_size", 0),
        ("max_iter", 0),
        ("tol", -1),
    ],
)
def test_a_parameter_out_of_range_is_named_as_it_is_called_here(name, value):
    X, y = data("binary")
    with pytest.raises(ValueError, match=name):
        NeuralNetworkClassifier(**{name: value}).fit(X, y)


def test_labels_of_one_class_are_refused():
    with pytest.raises(ValueError, match="y has only one class, 0: pass samples of two"):
        NeuralNetworkClassifier().fit([[1.0], [2.0]], [0, 0])


@pytest.mark.parametrize("sizes", [np.int64(3), (np.int64(3),), np.array([3]), [np.uint8(3)]])
def test_sizes_of_layers_may_be_whole_numbers_of_numpy(sizes):
    X, y = data("binary")
    assert NeuralNetworkClassifier(sizes, max_iter=2).fit(X, y).net_.layers == [8, 3, 1]


@pytest.mark.parametrize("classes", [[0, 1, 2, 3], [0, 1], ["a", "b", "c"]])
def test_classes_that_are_not_those_of_several_labels_are_refused(classes):
    X, y = data("multilabel")
    with pytest.raises(ValueError, match=r"classes must be array\(\[0, 1, 2, 3, 4\]\), as in y"):
        NeuralNetworkClassifier((3,)).partial_fit(X, y, classes=classes)


def test_several_labels_of_0_and_2_are_those_of_0_and_1():
    X, y = data("multilabel")
    once, twice = (quick(max_iter=5).fit(X, labels) for labels in (y, 2 * y))
    np.testing.assert_array_equal(once.predict_proba(X), twice.predict_proba(X))


def test_classes_in_rows_are_those_in_a_row():
    """Not labels of several classes, which would give an output for each."""
    X, y = data("binary")
    model = NeuralNetworkClassifier((3,)).partial_fit(X, y, classes=[[0, 1]])
    assert model.n_outputs_ == 1 and model.predict(X).shape == y.shape


@pytest.mark.parametrize("first", ["multilabel", "multiclass"])
def test_one_label_after_several_is_refused_and_the_reverse(first):
    X, several = data("multilabel")
    one = several[:, 0]  # (60,), of 0 and 1
    model = NeuralNetworkClassifier((3,), max_iter=2, random_state=0)
    model.fit(X, several if first == "multilabel" else np.arange(60) % 5)
    before = as_it_is(model)
    with pytest.raises(ValueError, match=r"y has shape .* but at first it had"):
        model.partial_fit(X, one if first == "multilabel" else several)
    assert_as_it_was(model, before)


def test_float64_after_float32_is_trained_on_in_float32():
    X, y = data("multiclass", np.float32)
    model = NeuralNetworkClassifier((3,), max_iter=2, random_state=0).fit(X, y)
    model.partial_fit(X.astype(np.float64), y)
    assert all(W.dtype == np.float32 for W in model.coefs_ + model.intercepts_)
    before = [W.copy() for W in model.coefs_]
    model.predict(X)
    for W, W_before, W_net in zip(model.coefs_, before, model.net_.W):
        np.testing.assert_array_equal(W, W_before)
        np.testing.assert_array_equal(W, W_net)


def as_it_is(model):
    return copy.deepcopy({**vars(model), "net_": vars(model.net_)})


def assert_as_it_was(model, before):
    after = as_it_is(model)
    assert after.keys() == before.keys()
    for one, other in zip(after["coefs_"] + after["intercepts_"],
                          before["coefs_"] + before["intercepts_"], strict=True):  # fmt: skip
        np.testing.assert_array_equal(one, other)
    for name in ("classes_", "loss_curve_", "n_iter_", "n_features_in_"):
        np.testing.assert_array_equal(after[name], before[name])


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("fault", ["divergence", "NaN", "a parameter", "columns"])
def test_a_refit_that_fails_leaves_the_fitted_one_as_it_was(method, fault):
    X, y = data("multiclass")
    model = NeuralNetworkClassifier((6,), max_iter=5, random_state=0).fit(X, y)
    before = as_it_is(model)
    bad = X
    if fault == "divergence":
        if method == "partial_fit":
            model.set_params(batch_size=1)  # so that weights of the first step meet large inputs
        bad = X * 1e200
    elif fault == "NaN":
        bad = np.where(X > 1, np.nan, X)
    elif fault == "columns":
        bad = X[:, :0] if method == "fit" else X[:, 1:]
    else:
        model.set_params(momentum=2)
    with pytest.raises(ValueError):
        getattr(model, method)(bad, y)
    model.set_params(momentum=0.9)
    assert_as_it_was(model, before)


# What users do


@pytest.fixture(scope="module")
def digits():
    return load_digits(return_X_y=True)


def blobs(classes, m=90):
    return make_blobs(m, n_features=3, centers=classes, cluster_std=2.0, random_state=0)


def quick(**parameters):
    fixed = {"hidden_layer_sizes": (8,), "learning_rate_init": 0.1, "max_iter": 30}
    return NeuralNetworkClassifier(**{**fixed, "random_state": 0, **parameters})


def test_a_pipeline_reads_the_digits_in_every_fold(digits):
    model = make_pipeline(StandardScaler(), quick(hidden_layer_sizes=(32, 16)))
    scores = cross_val_score(model, *digits, cv=3)  # (3,)
    assert scores.min() > 0.88, scores


def test_grid_search_finds_the_setting_that_learns(digits):
    X, X_test, y, y_test = train_test_split(*digits, train_size=600, random_state=0)
    model = make_pipeline(StandardScaler(), quick())
    grid = {
        "neuralnetworkclassifier__learning_rate_init": [1e-6, 0.1],  # the first learns nothing
        "neuralnetworkclassifier__hidden_layer_sizes": [(1,), (32,)],  # one unit is too few
    }
    search = GridSearchCV(model, grid, cv=3).fit(X, y)
    assert search.best_params_ == dict(zip(grid, (0.1, (32,))))
    assert search.score(X_test, y_test) > 0.9


def test_the_roc_auc_of_two_moons_is_nearly_1():
    moons = make_moons(1000, noise=0.2, random_state=0)
    X, X_test, y, y_test = train_test_split(*moons, random_state=0)
    model = quick(hidden_layer_sizes=(16, 8), max_iter=200).fit(X, y)
    assert roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]) > 0.98


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
    model = quick().fit(X, y)
    probabilities = model.predict_proba(X)  # (m, classes)
    assert probabilities.shape == (len(X), classes)
    assert probabilities.min() >= 0
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(model.predict_log_proba(X), np.log(probabilities))


def test_the_same_random_state_gives_the_same_bits_and_another_does_not():
    X, y = blobs(3)
    first, again, other = (quick(random_state=s).fit(X, y).predict_proba(X) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


@pytest.mark.parametrize("classes", [2, 3])
def test_pickled_and_unpickled_it_predicts_and_goes_on_the_same(classes):
    X, y = blobs(classes)
    model = quick().fit(X, y)
    restored = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(restored.predict_proba(X), model.predict_proba(X))
    for each in (model, restored):
        each.partial_fit(X, y)
    np.testing.assert_array_equal(restored.predict_proba(X), model.predict_proba(X))


def test_ctrl_c_ends_the_training_with_a_warning_and_keeps_what_was_learnt(monkeypatch):
    X, y = blobs(3)
    model = quick()
    train, calls = NeuralNetworkClassifier._train_iteration, []

    def interrupted(*arguments):
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return train(*arguments)

    monkeypatch.setattr(NeuralNetworkClassifier, "_train_iteration", interrupted)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        model.fit(X, y)
    assert len(model.loss_curve_) == 3
    assert model.predict(X).shape == (90,)


def test_ctrl_c_in_the_first_iteration_leaves_a_whole_classifier(monkeypatch):
    X, y = blobs(3)

    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(NeuralNetworkClassifier, "_train_iteration", interrupted)
    with pytest.warns(UserWarning, match="Training interrupted by user"):
        model = quick().fit(X, y)
    assert (model.loss_curve_, model.loss_, model.best_loss_) == ([], np.inf, np.inf)
    assert model.predict(X).shape == (90,)


def test_the_loss_of_the_network_is_what_the_classifier_minimises_over_all_samples():
    X, y = blobs(3)
    model = NeuralNetworkClassifier((6,), alpha=0.5, batch_size=40, max_iter=5, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
    squares = sum(np.sum(W**2) for W in model.coefs_)
    probable = model.predict_proba(X)[np.arange(len(X)), y]  # (90,)
    assert model.net_.l2 == 0.5 / 90
    assert model.net_.loss(X, np.eye(3)[y]) == pytest.approx(
        -np.log(probable).mean() + 0.5 / 2 / 90 * squares, rel=1e-12
    )


def test_a_training_that_has_not_converged_warns():
    X, y = blobs(3)
    with pytest.warns(ConvergenceWarning, match="3 iterations: not converged"):
        quick(max_iter=3, tol=0).fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        quick(max_iter=50, tol=10.0).fit(X, y)
