import SIP

/// Reads the answer of a name server (RFC 1035, 4). It may hold anything at all.
struct DNSMessageReader {
  private let bytes: [UInt8]
  private var position = 0
  private var aliases: [String: (target: String, lifetime: UInt32)] = [:]
  private var records: [DNSRecord] = []
  private var additional: [DNSRecord] = []
  /// How long "there is none" is good for (RFC 2308, 5).
  private var negativeLifetime: UInt32?

  /// The records of the query's type that the message has for its name, through aliases (CNAME) of it.
  static func result(_ bytes: [UInt8], for query: DNSQuery) -> DNSResult {
    var reader = DNSMessageReader(bytes: bytes)
    return reader.read(query) ?? .failed(.malformed)
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func read(_ query: DNSQuery) -> DNSResult? {
    guard bytes.count >= 12, bytes[2] & 0x80 != 0 else { return nil }
    position = 4
    guard let questions = number16(), let answers = number16(), let authorities = number16(),
      let others = number16(), questions == 1, name() == .some(query.name), number16() == query.type.rawValue,
      number16() == DNSMessageReader.internet
    else { return nil }
    switch bytes[3] & 0x0f {
    case 0, 3: break
    case 2, 4: return .failed(.serverFailed)
    case 5: return .failed(.refused)
    default: return nil
    }
    for _ in 0..<answers {
      guard let record = record(ofAuthority: false) else { return nil }
      if let record { records.append(record) }
    }
    for _ in 0..<authorities {
      guard record(ofAuthority: true) != nil else { return nil }
    }
    // What comes along is welcome and not needed: a damaged end of it harms nobody.
    for _ in 0..<others {
      guard let record = record(ofAuthority: false) else { break }
      if let record { additional.append(record) }
    }
    return outcome(of: query, isMissing: bytes[3] & 0x0f == 3)
  }

  /// Longer chains of aliases are not followed.
  private static let longestChain = 16
  private static let internet: UInt16 = 1

  private func outcome(of query: DNSQuery, isMissing: Bool) -> DNSResult? {
    var name = query.name
    var lifetime = UInt32.max
    var steps = 0
    while let alias = aliases[name] {
      steps += 1
      guard steps <= DNSMessageReader.longestChain else { return nil }
      lifetime = min(lifetime, alias.lifetime)
      name = alias.target
    }
    let found = records.filter { $0.name == name && $0.type == query.type }
    guard !found.isEmpty else {
      return isMissing ? .noSuchName(lifetime: negativeLifetime) : .noRecords(lifetime: negativeLifetime)
    }
    for record in found { lifetime = min(lifetime, record.lifetime) }
    return .found(
      DNSAnswer(records: found, lifetime: lifetime, isAlias: steps > 0, additional: additional)
    )
  }
}

// MARK: - Records

extension DNSMessageReader {
  private enum Kind {
    static let cname: UInt16 = 5
    static let soa: UInt16 = 6
  }

  /// One record: nil at the end of what can be read, `.some(nil)` for one that is of no use here.
  private mutating func record(ofAuthority isAuthority: Bool) -> DNSRecord?? {
    guard let owner = name(), let type = number16(), let family = number16(), var lifetime = number32(),
      let length = number16(), position + Int(length) <= bytes.count
    else { return nil }
    let end = position + Int(length)
    defer { position = end }
    // A TTL with its highest bit set counts as 0 (RFC 2181, 8).
    if lifetime > 0x7fff_ffff { lifetime = 0 }
    guard let owner, family == DNSMessageReader.internet else { return .some(nil) }
    if isAuthority {
      if type == Kind.soa { noteNegativeLifetime(lifetime, end: end) }
      return .some(nil)
    }
    if type == Kind.cname {
      if let target = name(), let target { aliases[owner] = (target, lifetime) }
      return .some(nil)
    }
    guard let value = value(type, end: end) else { return .some(nil) }
    return DNSRecord(name: owner, lifetime: lifetime, value: value)
  }

  private mutating func noteNegativeLifetime(_ lifetime: UInt32, end: Int) {
    guard name() != nil, name() != nil, position + 20 == end else { return }
    position += 16
    negativeLifetime = number32().map { min($0, lifetime) }
  }

  private mutating func value(_ type: UInt16, end: Int) -> DNSRecord.Value? {
    switch DNSQuery.RecordType(rawValue: type) {
    case nil: return nil
    case .a:
      guard end - position == 4, let value = number32() else { return nil }
      return .address(.ipv4(IPv4Address(value: value)))
    case .aaaa:
      guard end - position == 16, let a = number32(), let b = number32(), let c = number32(),
        let d = number32()
      else { return nil }
      let address = IPv6Address(high: UInt64(a) << 32 | UInt64(b), low: UInt64(c) << 32 | UInt64(d))
      return .address(.ipv6(address))
    case .srv:
      guard let priority = number16(), let weight = number16(), let port = number16(), let target = name(),
        let target, position == end
      else { return nil }
      return .srv(SRVRecord(priority: priority, weight: weight, port: port, target: target))
    case .naptr:
      guard let order = number16(), let preference = number16(), let flags = text(), let service = text(),
        text() != nil, let replacement = name(), let replacement, position == end
      else { return nil }
      return .naptr(
        NAPTRRecord(
          order: order,
          preference: preference,
          flags: flags,
          service: service,
          replacement: replacement
        )
      )
    }
  }
}

// MARK: - Parts

extension DNSMessageReader {
  private mutating func number16() -> UInt16? {
    guard position + 2 <= bytes.count else { return nil }
    defer { position += 2 }
    return UInt16(bytes[position]) << 8 | UInt16(bytes[position + 1])
  }

  private mutating func number32() -> UInt32? {
    guard let high = number16(), let low = number16() else { return nil }
    return UInt32(high) << 16 | UInt32(low)
  }

  /// A character-string (RFC 1035, 3.3); escapes are not undone, as nothing is compared with them.
  private mutating func text() -> String? {
    guard position < bytes.count else { return nil }
    let end = position + 1 + Int(bytes[position])
    guard end <= bytes.count else { return nil }
    defer { position = end }
    return String(decoding: bytes[position + 1..<end], as: UTF8.self)
  }

  /// A name, compressed or not (RFC 1035, 4.1.4): nil for one that cannot be read, `.some(nil)` for one with
  /// bytes that no host has, which therefore names nothing that could be asked for or connected to.
  private mutating func name() -> String?? {
    var labels: [String] = []
    var isUsable = true
    var length = 0
    var next = position
    var end: Int?
    while true {
      guard next < bytes.count else { return nil }
      let size = Int(bytes[next])
      if size == 0 {
        position = end ?? next + 1
        return isUsable ? .some(labels.joined(separator: ".")) : .some(nil)
      }
      if size & 0xc0 == 0xc0 {
        guard next + 1 < bytes.count else { return nil }
        let target = (size & 0x3f) << 8 | Int(bytes[next + 1])
        end = end ?? next + 2
        // Backwards only, so that it ends.
        guard target < next else { return nil }
        next = target
        continue
      }
      length += size + 1
      guard size < 64, length < 255, next + 1 + size <= bytes.count else { return nil }
      let label = bytes[next + 1..<next + 1 + size]
      isUsable = isUsable && label.allSatisfy { $0.isASCIIAlphanumeric || $0 == 0x2d || $0 == 0x5f }
      labels.append(String(decoding: label.map(\.asciiLowercased), as: UTF8.self))
      next += 1 + size
    }
  }
}
