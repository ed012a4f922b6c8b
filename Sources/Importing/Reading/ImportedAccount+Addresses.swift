import Reconcile
import SIP

extension ImportedAccount {
  /// Takes a registrar's URI, without what may not stand in a Request-URI.
  mutating func setRegistrar(_ uri: SIPURI, at place: SourceLocation? = nil) {
    if uri.user != nil {
      warn("the registrar's user part is left out: a REGISTER is sent to a domain, not to a user", at: place)
    }
    account.registrar = uri.asRequestURI
  }

  /// Takes an identity; its transport and route belong to the registrar, and a password to nobody.
  mutating func setIdentity(_ address: NameAddress, at place: SourceLocation? = nil) {
    var uri = address.uri
    let transport = uri.parameters.first { $0.name.lowercased() == "transport" }
    let unfit = ["transport", "method", "maddr", "ttl", "lr"]
    let lost = uri.parameters.filter { unfit.contains($0.name.lowercased()) && $0 != transport }
    for parameter in lost { warn("`;\(parameter.name)` of the identity is left out", at: place) }
    uri.parameters.removeAll { unfit.contains($0.name.lowercased()) }
    uri.password = nil
    uri.headers = []
    account.identity = NameAddress(displayName: address.displayName, uri: uri)
    account.registrar = SIPURI(scheme: uri.scheme, host: uri.host, port: uri.port)
    if let transport { account.registrar.parameters = [transport] }
  }

  /// Takes a lifetime in seconds.
  mutating func setExpires(_ text: String, at place: SourceLocation) {
    guard let seconds = UInt32(text.trimmed) else {
      return warn("the lifetime `\(text)` is no number of seconds; the default is used", at: place)
    }
    if seconds == 0 { account.register = false } else { account.expires = seconds }
  }

  /// Takes a transport by its name, unless the registrar's URI says it already.
  mutating func setTransport(_ name: String, at place: SourceLocation) {
    guard let transport = Transport(name: name.trimmed) else {
      return warn("the transport `\(name)` is not known here; udp, tcp, tls, ws and wss are", at: place)
    }
    guard transport != account.registrar.transport else { return }
    guard account.registrar.scheme == .sip, account.registrar.parameter("transport") == nil else { return }
    account.transport = transport
  }
}
