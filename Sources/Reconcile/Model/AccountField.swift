/// The keys of an account that are compared, and what a change of each does to the wire.
///
/// This is the change table of the file reference, and its only place in the code.
public enum AccountField: String, Sendable, Hashable, Codable, CaseIterable {
  case identity, displayName, registrar, outboundProxy, transport, register, dependsOn, auth, expires
  case contact, push, outbound, headers, keepAlive, retry, onRemove, onMasterLoss, exclusive, protect
  case sharedIdentity, redirects, redirect, movedFrom, labels, description, tls

  public enum Effect: Sendable, Hashable {
    /// Another binding: the old one is unregistered and a new one registered.
    case replace
    /// Register at the new place, then unregister at the old.
    case move
    /// One REGISTER with the new value.
    case edit
    /// Registers or unregisters.
    case toggle
    /// No traffic.
    case local
  }

  public var effect: Effect {
    switch self {
    case .identity, .dependsOn: .replace
    case .registrar, .transport: .move
    case .register: .toggle
    case .displayName, .outboundProxy, .auth, .expires, .contact, .push, .outbound, .headers: .edit
    case .keepAlive, .retry, .onRemove, .onMasterLoss, .exclusive, .protect, .sharedIdentity, .redirects,
      .redirect, .movedFrom, .labels, .description, .tls:
      .local
    }
  }
}
