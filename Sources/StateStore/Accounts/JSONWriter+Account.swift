import Reconcile
import SIP

extension JSONWriter {
  /// Writes an account in the shape of its `Codable` form, but without what is nil, empty or false.
  ///
  /// Numbers and policies are always written, so that a default that changes in a later version does not
  /// change what an old row says was registered. No secret is in it: a literal one is named as such.
  mutating func account(_ account: Account) {
    object { json in
      json.identification(account)
      json.reaching(account)
      json.policies(account)
      json.notes(account)
    }
  }

  private mutating func identification(_ account: Account) {
    member("id", account.id.name)
    nameAddress("identity", account.identity)
    if let from = account.from { nameAddress("from", from) }
    key("register")
    bool(account.register)
    list("dependsOn", account.dependsOn) { json, dependency in
      json.object { json in
        json.member("account", dependency.account.name)
        json.member("contact", dependency.contact.rawValue)
        json.member("condition", dependency.condition.rawValue)
      }
    }
    list("credentials", account.credentials) { json, credential in json.credential(credential) }
    member("expires", account.expires)
    contact(account.contact)
  }

  private mutating func nameAddress(_ name: String, _ address: NameAddress) {
    key(name)
    object { json in
      json.member("displayName", address.displayName)
      json.member("uri", address.uri)
    }
  }

  private mutating func credential(_ credential: CredentialDeclaration) {
    object { json in
      json.member("username", credential.username)
      json.member("realm", credential.realm)
      json.member("kind", credential.kind.rawValue)
      json.key("secret")
      json.secret(credential.secret)
      json.list("algorithms", credential.algorithms) { json, algorithm in json.string(algorithm.rawValue) }
      if !credential.authzServers.isEmpty {
        json.list("authzServers", credential.authzServers) { json, server in json.string(server) }
      }
    }
  }

  private mutating func secret(_ reference: SecretReference) {
    object { json in
      switch reference {
      case .literal: json.flag("literal", true)
      case .environment(let name): json.member("fromEnv", name)
      case .file(let path): json.member("fromFile", path)
      case .credential(let name): json.member("fromCredential", name)
      case .command(let arguments):
        json.key("fromCommand")
        json.array(arguments) { json, argument in json.string(argument) }
      }
    }
  }

  private mutating func contact(_ contact: ContactDeclaration?) {
    guard let contact else { return }
    key("contact")
    object { json in
      json.member("uri", contact.uri)
      json.member("q", contact.q)
      json.headerFields("parameters", contact.parameters)
    }
  }

  private mutating func headerFields(_ name: String, _ fields: [HeaderField]) {
    list(name, fields) { json, field in
      json.object { json in
        json.member("name", field.name)
        json.member("value", field.value)
      }
    }
  }

  private mutating func reaching(_ account: Account) {
    member("registrar", account.registrar)
    list("outboundProxy", account.outboundProxy) { json, uri in json.string(uri.description) }
    member("transport", account.transport?.rawValue)
    headerFields("headers", account.headers)
    member("keepAlive", account.keepAlive)
    if let push = account.push {
      key("push")
      object { json in
        json.member("provider", push.provider)
        json.member("param", push.param)
        json.member("prid", push.prid)
      }
    }
    if account.outbound != OutboundSettings() {
      key("outbound")
      object { json in
        json.flag("isEnabled", account.outbound.isEnabled)
        json.member("instanceID", account.outbound.instanceID)
        json.member("regID", account.outbound.regID)
        if account.outbound.usesGRUU { json.flag("usesGRUU", true) }
        if let flow = account.outbound.flow { json.member("flow", flow) }
      }
    }
    if let tls = account.tls { self.tls(tls) }
  }

  private mutating func tls(_ tls: TLSSettings) {
    key("tls")
    object { json in
      json.member("ca", tls.ca)
      json.member("certificate", tls.certificate)
      json.member("key", tls.key)
      json.member("serverName", tls.serverName)
      json.flag("allowWildcard", tls.allowWildcard)
    }
  }

  private mutating func policies(_ account: Account) {
    key("retry")
    object { json in
      json.member("base", account.retry.base)
      json.member("max", account.retry.max)
      json.member("stalledProbe", account.retry.stalledProbe)
    }
    member("onRemove", account.onRemove.rawValue)
    member("onMasterLoss", account.onMasterLoss.rawValue)
    flag("exclusive", account.exclusive)
    flag("protect", account.protect)
    flag("sharedIdentity", account.sharedIdentity)
    list("redirects", account.redirects) { json, domain in json.string(domain) }
    member("redirect", account.redirect?.description)
  }

  private mutating func notes(_ account: Account) {
    member("movedFrom", account.movedFrom?.name)
    member("description", account.description)
    guard !account.labels.isEmpty else { return }
    key("labels")
    object { json in
      for (name, value) in account.labels.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
    }
  }
}
