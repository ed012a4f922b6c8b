import SIP

/// The fields of an account, which `Account` shows and documents.
struct AccountFields: Sendable, Hashable, Codable {
  var id: AccountID
  var identity: NameAddress
  var registrar: SIPURI
  var outboundProxy: [SIPURI]
  var transport: Transport?
  var register: Bool
  var dependsOn: [Dependency]
  var credentials: [CredentialDeclaration]
  var expires: UInt32
  var contact: ContactDeclaration?
  var push: PushParameters?
  var outbound: OutboundSettings
  var headers: [HeaderField]
  var keepAlive: UInt32?
  var retry: RetryPolicy
  var onRemove: RemovalPolicy
  var onMasterLoss: MasterLossPolicy
  var exclusive: Bool
  var protect: Bool
  var sharedIdentity: Bool
  var redirects: [String]
  var redirect: SIPURI?
  var movedFrom: AccountID?
  var labels: [String: String]
  var description: String?
  var tls: TLSSettings?

  init(id: AccountID, identity: NameAddress, registrar: SIPURI?) {
    self.id = id
    self.identity = identity
    self.registrar =
      registrar ?? SIPURI(scheme: identity.uri.scheme, host: identity.uri.host, port: identity.uri.port)
    outboundProxy = []
    register = true
    dependsOn = []
    credentials = []
    expires = 3600
    outbound = OutboundSettings()
    headers = []
    retry = RetryPolicy()
    onRemove = .unregister
    onMasterLoss = .keep
    exclusive = false
    protect = false
    sharedIdentity = false
    redirects = []
    labels = [:]
  }
}
