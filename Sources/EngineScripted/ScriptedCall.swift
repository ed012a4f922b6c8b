public import Reconcile

/// One call of the engine protocol, as a scripted engine records it.
public enum ScriptedCall: Sendable, Hashable {
  case add([AccountID])
  case setDefaultAccount(AccountID?)
  case done(AccountID)
  case refresh([AccountID])
  case suspend([AccountID])
  case resume([AccountID])
  case forget([AccountID])
  case withdraw([AccountID])
  case bindings([AccountID])
}
