import Reconcile
import SIP

/// What an engine could not do, in words, and what to do about it.
enum EngineErrorText {
  static func text(_ error: EngineError) -> String {
    switch error {
    case .unknownAccount(let account): "the engine does not know the account \(account)"
    case .duplicateAccount(let account): "the engine has the account \(account) already"
    case .unknownMaster(let account, let master):
      "\(account) depends on \(master), which the engine does not know"
    case .immutable(let account, let field):
      "\(field.path) of \(account) cannot be edited; the account must be replaced"
    case .unsupportedTransport(let account, let transport):
      "\(account) asks for the transport \(transport.rawValue), which this engine does not have"
    case .cannotBind(let address, let reason):
      "cannot bind \(address): \(reason). Give a free address of this machine with --bind"
    case .shutDown: "the engine was shut down"
    }
  }
}
