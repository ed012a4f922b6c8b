/// The keys of an account that are compared, and what a change of each does to the wire.
///
/// This is the change table of the file reference, and its only place in the code.
public enum AccountField: String, Sendable, Hashable, Codable, CaseIterable {
  case identity, displayName, registrar, outboundProxy, transport, register, dependsOn, auth, expires
  case contact, push, outbound, headers, keepAlive, retry, onRemove, onMasterLoss, exclusive, protect
  case sharedIdentity, redirects, redirect, movedFrom, labels, description, tls

  /// The place in `allCases`: what a compact table keeps instead of the name.
  package var index: UInt8 {
    switch self {
    case .identity: 0
    case .displayName: 1
    case .registrar: 2
    case .outboundProxy: 3
    case .transport: 4
    case .register: 5
    case .dependsOn: 6
    case .auth: 7
    case .expires: 8
    case .contact: 9
    case .push: 10
    case .outbound: 11
    case .headers: 12
    case .keepAlive: 13
    case .retry: 14
    case .onRemove: 15
    case .onMasterLoss: 16
    case .exclusive: 17
    case .protect: 18
    case .sharedIdentity: 19
    case .redirects: 20
    case .redirect: 21
    case .movedFrom: 22
    case .labels: 23
    case .description: 24
    case .tls: 25
    }
  }

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
