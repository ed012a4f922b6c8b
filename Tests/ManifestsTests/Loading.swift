import Manifests
import Reconcile

/// Loads texts as files named `test.yaml`, `second.yaml` and so on, below `/manifests`.
func load(_ texts: String..., header: Bool = true) -> LoadResult {
  var loader = ManifestLoader()
  loader.workingDirectory = "/manifests"
  let inputs = texts.enumerated().map { index, text in
    let start = header ? "apiVersion: sipreconcile/v1\nowner: test\n" : ""
    let name = ["test.yaml", "second.yaml", "third.yaml"][index]
    return ManifestLoader.Input(path: name, bytes: Array((start + text).utf8))
  }
  return loader.load(inputs)
}

/// The account `a` of a manifest whose account `a` has these keys; nil if there is any error.
func account(_ keys: String) -> Account? {
  load("accounts:\n  a: { \(keys) }\n").desired?.accounts.first?.account
}

extension LoadResult {
  /// The rules that were broken, in order.
  var rules: [String] { diagnostics.map(\.rule) }
}
