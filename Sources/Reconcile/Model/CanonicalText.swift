import SIP

/// Bytes in which every value has one spelling: what is hashed when things are compared by fingerprint.
///
/// Texts carry their length and absent values a mark, so two different values never run together.
package struct CanonicalText {
  private(set) var bytes: [UInt8] = []

  package init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  /// Replaces all that was written by its SHA-256, so that a text of any length needs little memory.
  mutating func fold() {
    let digest = hash
    removeAll()
    append(digest.hexDigits)
  }

  var hash: HashValue { bytes.withUnsafeBytes { Hash.sha256.value(of: $0) } }

  mutating func append(_ number: Int) {
    var rest = UInt64(bitPattern: Int64(number))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func append(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

  mutating func append(_ text: String) {
    append(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  mutating func append(_ text: String?) {
    guard let text else { return bytes.append(0) }
    bytes.append(1)
    append(text)
  }

  mutating func append(_ number: UInt32?) {
    guard let number else { return bytes.append(0) }
    bytes.append(1)
    append(Int(number))
  }

  mutating func append<Element>(_ list: [Element], _ each: (inout CanonicalText, Element) -> Void) {
    append(list.count)
    for element in list { each(&self, element) }
  }

  /// A URI as written, but for its host, which compares without regard to case.
  mutating func append(_ uri: SIPURI) {
    bytes.append(uri.scheme == .sip ? 0 : 1)
    append(uri.user)
    append(uri.password)
    append(uri.host)
    append(uri.port.map(UInt32.init))
    append(uri.parameters)
    append(uri.headers)
  }

  mutating func append(_ uri: SIPURI?) {
    guard let uri else { return bytes.append(0) }
    bytes.append(1)
    append(uri)
  }

  private mutating func append(_ host: Host) {
    switch host {
    case .name(let name):
      bytes.append(0)
      append(name.utf8.count)
      for byte in name.utf8 { bytes.append(byte.asciiLowercased) }
    case .ipv4(let address):
      bytes.append(1)
      append(Int(address.value))
    case .ipv6(let address):
      bytes.append(2)
      append(address.description)
    }
  }

  private mutating func append(_ fields: [SIPURI.Field]) {
    append(fields.count)
    for field in fields {
      append(field.name)
      append(field.value)
    }
  }
}
