import SIP

/// The wire form of a stub name server's messages (RFC 1035, 4).
struct StubMessage {
  let number: [UInt8]
  /// The question as it came, to be given back.
  let question: [UInt8]
  let name: String
  let type: UInt16

  /// Reads a query; nil for what is none.
  init?(_ bytes: [UInt8]) {
    guard bytes.count > 12, bytes[2] & 0x80 == 0, bytes[5] == 1 else { return nil }
    var position = 12
    var labels: [String] = []
    while position < bytes.count, bytes[position] > 0 {
      let end = position + 1 + Int(bytes[position])
      guard end < bytes.count else { return nil }
      labels.append(String(decoding: bytes[position + 1..<end], as: UTF8.self))
      position = end
    }
    guard position + 5 <= bytes.count else { return nil }
    number = Array(bytes[..<2])
    question = Array(bytes[12..<position + 5])
    name = labels.joined(separator: ".").lowercased()
    type = UInt16(bytes[position + 1]) << 8 | UInt16(bytes[position + 2])
  }

  /// `example.org SRV`.
  var description: String {
    DNSQuery.RecordType(rawValue: type).map { DNSQuery(name, $0).description } ?? "\(name) type \(type)"
  }

  /// Nil for silence.
  func answer(_ reply: StubReply, overTCP: Bool) -> [UInt8]? {
    switch reply {
    case .silence: nil
    case .code(let code): message(code: code)
    case .records(let list, let additional): message(code: 0, answers: list, additional: additional)
    case .none(let isMissing, let lifetime): message(code: isMissing ? 3 : 0, negativeLifetime: lifetime)
    case .truncated(let list):
      overTCP ? message(code: 0, answers: list) : message(code: 0, isTruncated: true)
    }
  }

  private func message(
    code: UInt8,
    answers: [StubRecord] = [],
    additional: [StubRecord] = [],
    negativeLifetime: UInt32? = nil,
    isTruncated: Bool = false
  ) -> [UInt8] {
    var bytes = number + [isTruncated ? 0x83 : 0x81, 0x80 | code, 0, 1]
    bytes += StubMessage.number16(UInt16(answers.count))
    bytes += [0, negativeLifetime == nil ? 0 : 1]
    bytes += StubMessage.number16(UInt16(additional.count))
    bytes += question
    for record in answers { bytes += encode(record) }
    if let negativeLifetime {
      let content = [0, 0] + [UInt8](repeating: 0, count: 16) + StubMessage.number32(negativeLifetime)
      bytes += encode(StubRecord(.raw(type: 6, content), lifetime: 100_000))
    }
    for record in additional { bytes += encode(record) }
    return bytes
  }

  private func encode(_ record: StubRecord) -> [UInt8] {
    let (type, content) = StubMessage.content(record.value)
    return StubMessage.encode(name: record.owner ?? name) + StubMessage.number16(type) + [0, 1]
      + StubMessage.number32(record.lifetime) + StubMessage.number16(UInt16(content.count)) + content
  }

  private static func content(_ value: StubRecord.Value) -> (UInt16, [UInt8]) {
    switch value {
    case .a(let address): (1, number32(IPv4Address(address)?.value ?? 0))
    case .aaaa(let text):
      (28, IPv6Address(text).map { number64($0.high) + number64($0.low) } ?? [])
    case .cname(let target): (5, encode(name: target))
    case .srv(let priority, let weight, let port, let target):
      (33, number16(priority) + number16(weight) + number16(port) + encode(name: target))
    case .naptr(let order, let preference, let flags, let service, let replacement):
      (
        35,
        number16(order) + number16(preference) + text(flags) + text(service) + text("")
          + encode(name: replacement)
      )
    case .raw(let type, let bytes): (type, bytes)
    }
  }

  static func encode(name: String) -> [UInt8] {
    name.split(separator: ".").flatMap { text(String($0)) } + [0]
  }

  private static func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
  private static func number16(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 255)] }
  private static func number32(_ value: UInt32) -> [UInt8] {
    number16(UInt16(value >> 16)) + number16(UInt16(value & 0xffff))
  }
  private static func number64(_ value: UInt64) -> [UInt8] {
    number32(UInt32(value >> 32)) + number32(UInt32(value & 0xffff_ffff))
  }
}
