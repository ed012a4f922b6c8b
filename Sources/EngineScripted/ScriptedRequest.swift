public import Reconcile

/// One REGISTER that a scripted engine sent.
public struct ScriptedRequest: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// With a Contact: registers, refreshes or changes a binding.
    case register
    /// With expires 0.
    case remove
    /// Without Contact.
    case query
  }

  public var kind: Kind
  public var account: AccountID
  public var registrar: String
  public var identity: String
  public var callID: String
  public var cseq: UInt32
  public var contact: String?
  /// The old contact that the same request takes away.
  public var removedContact: String?
}
