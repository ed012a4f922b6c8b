import Manifests
import Reconcile
import StateStore

/// Why a command ended before its work was done: the exit status, and what to tell.
struct CommandFailure: Error, Sendable, Equatable {
  var status: ExitStatus
  var diagnostics: [Diagnostic]

  init(_ status: ExitStatus, _ diagnostics: [Diagnostic]) {
    self.status = status
    self.diagnostics = diagnostics
  }

  /// One error without a place.
  init(_ status: ExitStatus, _ message: String, rule: String) {
    self.init(status, [Diagnostic(.error, message, rule: rule)])
  }
}

extension CommandFailure {
  init(_ error: StateError) {
    let status: ExitStatus =
      switch error {
      case .locked, .leaseLost, .busy: .locked
      case .otherOwner: .refused
      case .damaged, .foreign, .newer, .otherUser, .notAFile, .inaccessible, .notWritable, .diskFull: .failed
      }
    self.init(status, error.description, rule: "state")
  }

  init(_ error: LedgerError) { self.init(.failed, error.message, rule: "state") }

  init(_ error: EngineError) {
    let isAddress = if case .cannotBind = error { true } else { false }
    let advice = isAddress ? ". Give a free address of this machine with --bind" : ""
    self.init(.failed, error.text + advice, rule: "engine")
  }
}
