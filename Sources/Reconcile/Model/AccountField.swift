/// The keys of an account that are compared, and what a change of each does to the wire.
///
/// This is the change table of the file reference, and its only place in the code.
public enum AccountField: String, Sendable, Hashable, Codable, CaseIterable {
  case identity, displayName, from, registrar, outboundProxy, transport, register, dependsOn, auth, expires
  case contact, push, outbound, headers, keepAlive, retry, onRemove, onMasterLoss, exclusive, protect
  case sharedIdentity, redirects, redirect, movedFrom, labels, description, tls

  /// The place in `allCases`: what a compact table keeps instead of the name.
  package var index: UInt8 {
    switch self {
    case .identity: 0
    case .displayName: 1
    case .from: 2
    case .registrar: 3
    case .outboundProxy: 4
    case .transport: 5
    case .register: 6
    case .dependsOn: 7
    case .auth: 8
    case .expires: 9
    case .contact: 10
    case .push: 11
    case .outbound: 12
    case .headers: 13
    case .keepAlive: 14
    case .retry: 15
    case .onRemove: 16
    case .onMasterLoss: 17
    case .exclusive: 18
    case .protect: 19
    case .sharedIdentity: 20
    case .redirects: 21
    case .redirect: 22
    case .movedFrom: 23
    case .labels: 24
    case .description: 25
    case .tls: 26
    }
  }

  public enum Effect: Sendable, Hashable, CaseIterable {
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
    case .displayName, .from, .outboundProxy, .auth, .expires, .contact, .push, .outbound, .headers: .edit
    case .keepAlive, .retry, .onRemove, .onMasterLoss, .exclusive, .protect, .sharedIdentity, .redirects,
      .redirect, .movedFrom, .labels, .description, .tls:
      .local
    }
  }
}
