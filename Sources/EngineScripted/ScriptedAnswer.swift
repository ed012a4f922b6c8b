public import Reconcile

/// What the scripted registrar does with one REGISTER.
public enum ScriptedAnswer: Sendable, Hashable {
  /// 200, with what was asked for.
  case accept
  /// A final answer that is no success; the bindings stay as they are.
  case refuse(UInt16, String)
  /// Any other failure; the bindings stay as they are.
  case fail(RegistrationFailure)
  /// The registrar does what was asked for, and its answer is lost.
  case loseAnswer
}
