public import SIP

/// RFC 5626 settings; off by default.
public struct OutboundSettings: Sendable, Hashable, Codable {
  public var isEnabled: Bool
  /// `urn:uuid:…`; nil lets the state make one once and keep it.
  public var instanceID: String?
  public var regID: UInt32?
  /// Asks for GRUUs (RFC 5627); whoever shares the contact then shares the public one.
  public var usesGRUU: Bool
  /// The first hops of several flows, as declared; empty in what `Account.flows` makes of such an account.
  public var flows: [SIPURI]
  /// Of a later flow of an account its number, from 2, which is its reg-id; nil for any other account.
  public var flow: UInt32?

  public init(
    isEnabled: Bool = false,
    instanceID: String? = nil,
    regID: UInt32? = nil,
    usesGRUU: Bool = false,
    flow: UInt32? = nil
  ) {
    self.isEnabled = isEnabled
    self.instanceID = instanceID
    self.regID = regID
    self.usesGRUU = usesGRUU
    self.flow = flow
    flows = []
  }

  /// The reg-id that is sent (RFC 5626, 4.2.1), from 1; nil where outbound is off.
  package var registrationID: UInt32? { isEnabled ? flow ?? regID ?? 1 : nil }
}
