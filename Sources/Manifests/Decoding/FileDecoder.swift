import Reconcile
import SIP

/// Decodes one file's tree; collects every complaint and goes on.
///
/// What a method cannot decode is nil after its complaint: a result is used only if there was none.
struct FileDecoder: Sendable {
  var tree: YAMLTree
  /// The absolute folder against which the file's paths are read.
  let directory: String
  var diagnostics: [Diagnostic] = []
  /// Files that this one refers to, absolute.
  var references: [String] = []
  /// Lines that may hold a secret in a place where none belongs.
  var hiddenLines: Set<Int> = []
  var uris = URIReader()
  var strings = TextPool()
  /// Where the first literal secret is, and how many there are.
  var literals: (first: YAMLTree.Index, count: Int)?
  /// Where each of an account's dependencies is written, for the checks.
  var dependencies: [DeclaredDependency] = []
  /// The rows that accounts were made of, by number.
  var origins: [String] = []
  /// The row whose account is decoded now.
  var origin: String?
  /// What is rare in accounts and has checks of its own, which are left out where nobody needs them.
  var hasMoves = false
  var hasFlows = false

  /// What the names in accounts stand for; set once every file's sections are decoded.
  var declarations = Declarations()
  var registrarChoices = ChoiceCache<RegistrarDeclaration>()
  var labelSets = ChoiceCache<[String: String]>()
  var credentialChoices = ChoiceCache<[CredentialDeclaration]>()

  init(tree: YAMLTree, directory: String) {
    self.tree = tree
    self.directory = directory
  }

  mutating func error(_ at: YAMLTree.Index, _ message: String, _ rule: String) {
    complain(.error, at, message, rule)
  }

  mutating func warn(_ at: YAMLTree.Index, _ message: String, _ rule: String) {
    complain(.warning, at, message, rule)
  }

  /// A part that several accounts share is complained about once.
  private mutating func complain(
    _ severity: Diagnostic.Severity,
    _ at: YAMLTree.Index,
    _ message: String,
    _ rule: String
  ) {
    let message = origin.map { "\(message) (\($0))" } ?? message
    let diagnostic = Diagnostic(severity, at: tree.location(at), message, rule: rule)
    if diagnostics.last != diagnostic { diagnostics.append(diagnostic) }
  }

  func path(_ text: String) -> String { FilePath.absolute(text, in: directory) }

  /// `line 3`, for the second of two places in this file.
  func place(_ index: YAMLTree.Index) -> String { "\(tree.location(index))" }
}
