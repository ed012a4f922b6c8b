import SIP

/// The fields of an account, which `Account` shows and documents.
struct AccountFields: Sendable, Hashable {
  var id: AccountID
  var identity: NameAddress
  var registrar: SIPURI
  var outboundProxy: [SIPURI] = []
  var transport: Transport?
  var register = true
  var dependsOn: [Dependency] = []
  var credentials: [CredentialDeclaration] = []
  var expires: UInt32 = 3600
  var keepAlive: UInt32?
  var movedFrom: AccountID?
  var labels: [String: String] = [:]
  var description: String?
  /// One element, which the accounts that have the same terms share: most of a fleet has those of its defaults.
  var terms = AccountTerms.usual

  init(id: AccountID, identity: NameAddress, registrar: SIPURI?) {
    self.id = id
    self.identity = identity
    self.registrar =
      registrar ?? SIPURI(scheme: identity.uri.scheme, host: identity.uri.host, port: identity.uri.port)
  }
}

extension AccountFields: Codable {
  /// Those that are not in the terms, beside which theirs are written.
  private enum CodingKeys: CodingKey {
    case id, identity, registrar, outboundProxy, transport, register, dependsOn, credentials, expires
    case keepAlive, movedFrom, labels, description
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    id = try fields.decode(AccountID.self, forKey: .id)
    identity = try fields.decode(NameAddress.self, forKey: .identity)
    registrar = try fields.decode(SIPURI.self, forKey: .registrar)
    outboundProxy = try fields.decode([SIPURI].self, forKey: .outboundProxy)
    transport = try fields.decodeIfPresent(Transport.self, forKey: .transport)
    register = try fields.decode(Bool.self, forKey: .register)
    dependsOn = try fields.decode([Dependency].self, forKey: .dependsOn)
    credentials = try fields.decode([CredentialDeclaration].self, forKey: .credentials)
    expires = try fields.decode(UInt32.self, forKey: .expires)
    keepAlive = try fields.decodeIfPresent(UInt32.self, forKey: .keepAlive)
    movedFrom = try fields.decodeIfPresent(AccountID.self, forKey: .movedFrom)
    labels = try fields.decode([String: String].self, forKey: .labels)
    description = try fields.decodeIfPresent(String.self, forKey: .description)
    terms = [try AccountTerms(from: decoder)]
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(id, forKey: .id)
    try fields.encode(identity, forKey: .identity)
    try fields.encode(registrar, forKey: .registrar)
    try fields.encode(outboundProxy, forKey: .outboundProxy)
    try fields.encodeIfPresent(transport, forKey: .transport)
    try fields.encode(register, forKey: .register)
    try fields.encode(dependsOn, forKey: .dependsOn)
    try fields.encode(credentials, forKey: .credentials)
    try fields.encode(expires, forKey: .expires)
    try fields.encodeIfPresent(keepAlive, forKey: .keepAlive)
    try fields.encodeIfPresent(movedFrom, forKey: .movedFrom)
    try fields.encode(labels, forKey: .labels)
    try fields.encodeIfPresent(description, forKey: .description)
    try terms[0].encode(to: encoder)
  }
}
