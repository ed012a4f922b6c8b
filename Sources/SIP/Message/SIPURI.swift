/// A SIP or SIPS URI (RFC 3261, 19.1), held as its parts in the spelling they were written in.
///
/// `==` compares spellings. Whether two URIs mean the same is `isEquivalent(to:)`, which is not transitive
/// and so is not `Equatable`'s equality (RFC 3261, 19.1.4).
public struct SIPURI: Sendable, Hashable {
  public enum Scheme: String, Sendable, Hashable { case sip, sips }

  /// A URI parameter or header: a name, and a value where there is one, both as written.
  public struct Field: Sendable, Hashable {
    public var name: String
    public var value: String?

    public init(_ name: String, _ value: String? = nil) {
      self.name = name
      self.value = value
    }
  }

  /// The user part with its escapes; nil where the URI has no `@`.
  public var user: String?
  public var host: Host
  /// The port where one is written: `sip:h` and `sip:h:5060` differ (RFC 3261, 19.1.4).
  public var port: UInt16?
  public var scheme: Scheme
  public var parameters: [Field]
  /// One at most, and none for nearly every URI: a fleet has some of them for each account.
  private var rare: [Rare] = []

  private struct Rare: Sendable, Hashable {
    var password: String?
    var headers: [Field] = []
  }

  public var password: String? {
    get { rare.first?.password }
    set { change { $0.password = newValue } }
  }

  public var headers: [Field] {
    get { rare.first?.headers ?? [] }
    set { change { $0.headers = newValue } }
  }

  private mutating func change(_ body: (inout Rare) -> Void) {
    var new = rare.first ?? Rare()
    body(&new)
    rare = new == Rare() ? [] : [new]
  }

  public init(
    scheme: Scheme = .sip,
    user: String? = nil,
    password: String? = nil,
    host: Host,
    port: UInt16? = nil,
    parameters: [Field] = [],
    headers: [Field] = []
  ) {
    self.scheme = scheme
    self.user = user
    self.host = host
    self.port = port
    self.parameters = parameters
    if password != nil || !headers.isEmpty { rare = [Rare(password: password, headers: headers)] }
  }

  /// The value of the first parameter of that name, in any case; an empty string for one without value.
  public func parameter(_ name: String) -> String? {
    parameters.first { $0.name.lowercased() == name }.map { $0.value ?? "" }
  }

  /// The transport that the URI asks for: its parameter, or TLS for a SIPS URI without one.
  public var transport: Transport? {
    guard let name = parameter("transport") else { return scheme == .sips ? .tls : nil }
    let named = Transport(name: name)
    return switch (scheme, named) {
    case (.sips, .tcp): .tls
    case (.sips, .ws): .wss
    case (.sip, _), (.sips, _): named
    }
  }

  /// The same URI with neither user, password nor headers and without `method`: what may stand as the
  /// Request-URI of a REGISTER (RFC 3261, 10.2 and 19.1.1, table 1).
  public var asRequestURI: SIPURI {
    var uri = self
    uri.user = nil
    uri.rare = []
    uri.parameters.removeAll { $0.name.lowercased() == "method" }
    return uri
  }
}

extension SIPURI: CustomStringConvertible {
  /// The URI as it goes on the wire.
  public var description: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64)
    bytes.append(uri: self)
    return String(decoding: bytes, as: UTF8.self)
  }
}
