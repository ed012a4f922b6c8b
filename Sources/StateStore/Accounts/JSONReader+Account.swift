import Reconcile
import SIP

extension JSONReader {
  /// Reads an account; what is missing has the value that `JSONWriter.account(_:)` leaves out, and a key
  /// that we do not know is skipped.
  static func account(_ bytes: UnsafeBufferPointer<UInt8>) throws(MalformedAccount) -> Account {
    var reader = JSONReader(bytes)
    let account = try reader.account()
    try reader.end()
    return account
  }

  private mutating func account() throws(MalformedAccount) -> Account {
    var id: AccountID?
    var identity: NameAddress?
    var registrar: SIPURI?
    // The place holders are replaced below: an account cannot be made before its identity is read.
    var account = Account(id: "", identity: NameAddress(uri: SIPURI(host: .name(""))))
    try object { (json, key) throws(MalformedAccount) in
      switch key {
      case "id": id = AccountID(try json.string())
      case "identity": identity = try json.nameAddress()
      case "registrar": registrar = try json.uri()
      default: try json.field(key, of: &account)
      }
    }
    guard let id, let identity, let registrar else { throw malformed("an account without id or identity") }
    account.id = id
    account.identity = identity
    account.registrar = registrar
    return account
  }

  private mutating func field(_ key: String, of account: inout Account) throws(MalformedAccount) {
    if null() { return }
    switch key {
    case "from": account.from = try nameAddress()
    case "outboundProxy":
      account.outboundProxy = try array { (json) throws(MalformedAccount) in try json.uri() }
    case "transport": account.transport = try named(Transport.init(rawValue:))
    case "register": account.register = try bool()
    case "dependsOn":
      account.dependsOn = try array { (json) throws(MalformedAccount) in try json.dependency() }
    case "credentials":
      account.credentials = try array { (json) throws(MalformedAccount) in try json.credential() }
    case "expires": account.expires = try number()
    case "contact": account.contact = try contact()
    case "push": account.push = try push()
    case "outbound": account.outbound = try outbound()
    case "headers": account.headers = try headerFields()
    case "keepAlive": account.keepAlive = try number()
    case "tls": account.tls = try tls()
    default: try policy(key, of: &account)
    }
  }

  private mutating func policy(_ key: String, of account: inout Account) throws(MalformedAccount) {
    switch key {
    case "retry": account.retry = try retry()
    case "onRemove": account.onRemove = try named(RemovalPolicy.init(rawValue:))
    case "onMasterLoss": account.onMasterLoss = try named(MasterLossPolicy.init(rawValue:))
    case "exclusive": account.exclusive = try bool()
    case "protect": account.protect = try bool()
    case "sharedIdentity": account.sharedIdentity = try bool()
    case "redirects": account.redirects = try strings()
    case "redirect": account.redirect = try uri()
    case "movedFrom": account.movedFrom = AccountID(try string())
    case "description": account.description = try string()
    case "labels":
      try object { (json, name) throws(MalformedAccount) in account.labels[name] = try json.string() }
    default: try skip()
    }
  }
}

extension JSONReader {
  private mutating func nameAddress() throws(MalformedAccount) -> NameAddress {
    var name: String?
    var uri: SIPURI?
    try object { (json, key) throws(MalformedAccount) in
      switch key {
      case "displayName": name = try json.optionalString()
      case "uri": uri = try json.uri()
      default: try json.skip()
      }
    }
    return NameAddress(displayName: name, uri: try required(uri, "uri"))
  }

  private mutating func dependency() throws(MalformedAccount) -> Dependency {
    var account: String?
    var contact = Dependency.Contact.share
    var condition = Dependency.Condition.registered
    try object { (json, key) throws(MalformedAccount) in
      switch key {
      case "account": account = try json.string()
      case "contact": contact = try json.named(Dependency.Contact.init(rawValue:))
      case "condition": condition = try json.named(Dependency.Condition.init(rawValue:))
      default: try json.skip()
      }
    }
    return Dependency(
      account: AccountID(try required(account, "account")),
      contact: contact,
      condition: condition
    )
  }

  private mutating func credential() throws(MalformedAccount) -> CredentialDeclaration {
    var username: String?
    var secret: SecretReference?
    var credential = CredentialDeclaration(username: "", secret: .literal(nil))
    try object { (json, key) throws(MalformedAccount) in
      switch key {
      case "username": username = try json.string()
      case "realm": credential.realm = try json.optionalString()
      case "kind": credential.kind = try json.named(CredentialDeclaration.Kind.init(rawValue:))
      case "secret": secret = try json.secret()
      case "authzServers":
        credential.authzServers = try json.array { (json) throws(MalformedAccount) in try json.string() }
      case "algorithms":
        credential.algorithms = try json.array { (json) throws(MalformedAccount) in
          try json.named(DigestAlgorithm.init(rawValue:))
        }
      default: try json.skip()
      }
    }
    credential.username = try required(username, "username")
    credential.secret = try required(secret, "secret")
    return credential
  }

  private mutating func secret() throws(MalformedAccount) -> SecretReference {
    var reference: SecretReference?
    try object { (json, key) throws(MalformedAccount) in
      switch key {
      case "literal":
        try json.skip()
        reference = .literal(nil)
      case "fromEnv": reference = .environment(try json.string())
      case "fromFile": reference = .file(try json.string())
      case "fromCredential": reference = .credential(try json.string())
      case "fromCommand": reference = .command(try json.strings())
      default: try json.skip()
      }
    }
    return try required(reference, "secret reference")
  }

  private mutating func contact() throws(MalformedAccount) -> ContactDeclaration {
    var uri: SIPURI?
    var q: String?
    var parameters: [HeaderField] = []
    try object { (json, key) throws(MalformedAccount) in
      switch key {
      case "uri": uri = try json.uri()
      case "q": q = try json.optionalString()
      case "parameters": parameters = try json.headerFields()
      default: try json.skip()
      }
    }
    return ContactDeclaration(uri: try required(uri, "uri"), q: q, parameters: parameters)
  }

  private mutating func headerFields() throws(MalformedAccount) -> [HeaderField] {
    try array { (json) throws(MalformedAccount) in
      var name: String?
      var value = ""
      try json.object { (json, key) throws(MalformedAccount) in
        switch key {
        case "name": name = try json.string()
        case "value": value = try json.string()
        default: try json.skip()
        }
      }
      return HeaderField(try json.required(name, "name"), value)
    }
  }

  private mutating func push() throws(MalformedAccount) -> PushParameters {
    var provider: String?
    var param: String?
    var prid: String?
    try object { (json, key) throws(MalformedAccount) in
      switch key {
      case "provider": provider = try json.string()
      case "param": param = try json.optionalString()
      case "prid": prid = try json.string()
      default: try json.skip()
      }
    }
    return PushParameters(
      provider: try required(provider, "provider"),
      param: param,
      prid: try required(prid, "prid")
    )
  }

  private mutating func outbound() throws(MalformedAccount) -> OutboundSettings {
    var settings = OutboundSettings()
    try object { (json, key) throws(MalformedAccount) in
      switch key {
      case "isEnabled": settings.isEnabled = try json.bool()
      case "instanceID": settings.instanceID = try json.optionalString()
      case "regID": settings.regID = json.null() ? nil : try json.number()
      case "flow": settings.flow = try json.number()
      case "usesGRUU": settings.usesGRUU = try json.bool()
      default: try json.skip()
      }
    }
    return settings
  }

  private mutating func retry() throws(MalformedAccount) -> RetryPolicy {
    var policy = RetryPolicy()
    try object { (json, key) throws(MalformedAccount) in
      switch key {
      case "base": policy.base = try json.number()
      case "max": policy.max = try json.number()
      case "stalledProbe": policy.stalledProbe = try json.number()
      default: try json.skip()
      }
    }
    return policy
  }

  private mutating func tls() throws(MalformedAccount) -> TLSSettings {
    var settings = TLSSettings()
    try object { (json, key) throws(MalformedAccount) in
      switch key {
      case "ca": settings.ca = try json.optionalString()
      case "certificate": settings.certificate = try json.optionalString()
      case "key": settings.key = try json.optionalString()
      case "serverName": settings.serverName = try json.optionalString()
      case "allowWildcard": settings.allowWildcard = try json.bool()
      default: try json.skip()
      }
    }
    return settings
  }
}

extension JSONReader {
  private mutating func optionalString() throws(MalformedAccount) -> String? {
    null() ? nil : try string()
  }

  private mutating func strings() throws(MalformedAccount) -> [String] {
    try array { (json) throws(MalformedAccount) in try json.string() }
  }

  private mutating func uri() throws(MalformedAccount) -> SIPURI {
    let text = try string()
    do {
      return try SIPURI(parsing: text)
    } catch {
      throw malformed("no SIP URI")
    }
  }

  private mutating func named<Value>(_ make: (String) -> Value?) throws(MalformedAccount) -> Value {
    guard let value = make(try string()) else { throw malformed("a word that this version does not know") }
    return value
  }

  private func required<Value>(_ value: Value?, _ name: String) throws(MalformedAccount) -> Value {
    guard let value else { throw malformed("no \(name)") }
    return value
  }
}
