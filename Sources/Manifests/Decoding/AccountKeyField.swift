import Reconcile

extension AccountKey {
  /// The field of the model that this key sets; nil for one that makes several accounts of one.
  var field: AccountField? {
    switch self {
    case .identity: .identity
    case .from: .from
    case .registrar: .registrar
    case .outboundProxy: .outboundProxy
    case .transport: .transport
    case .register: .register
    case .dependsOn: .dependsOn
    case .auth: .auth
    case .expires: .expires
    case .contact: .contact
    case .push: .push
    case .outbound: .outbound
    case .headers: .headers
    case .keepAlive: .keepAlive
    case .retry: .retry
    case .onRemove: .onRemove
    case .onMasterLoss: .onMasterLoss
    case .exclusive: .exclusive
    case .protect: .protect
    case .sharedIdentity: .sharedIdentity
    case .redirects: .redirects
    case .redirect: .redirect
    case .movedFrom: .movedFrom
    case .labels: .labels
    case .description: .description
    case .tls: .tls
    case .forEach: nil
    }
  }
}
