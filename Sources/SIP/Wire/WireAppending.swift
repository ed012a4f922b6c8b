/// Writing message bytes: each call appends to storage that is kept and reused, and makes no String.
extension [UInt8] {
  package mutating func append(literal text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  package mutating func append(string text: String) { append(contentsOf: text.utf8) }

  package mutating func append(bytes: UnsafeRawBufferPointer) { append(contentsOf: bytes) }

  package mutating func append(decimal number: some UnsignedInteger) {
    var rest = UInt64(number)
    var divisor: UInt64 = 1
    while rest / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      append(UInt8(truncatingIfNeeded: rest / divisor) + 0x30)
      rest %= divisor
      divisor /= 10
    }
  }

  /// The number as lower-case hexadecimal digits, `digits` of them, the lowest last.
  package mutating func append(hexadecimal number: UInt64, digits: Int) {
    for position in stride(from: (digits - 1) * 4, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(position) & 15)
      append(digit < 10 ? digit + 0x30 : digit + 0x57)
    }
  }

  /// A quoted string: quotes around, and a backslash before each quote and backslash (RFC 3261, 25.1).
  package mutating func append(quoted text: String) {
    append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { append(UInt8(ascii: "\\")) }
      append(byte)
    }
    append(UInt8(ascii: "\""))
  }

  /// A host as it stands in a URI or in a sent-by: an IPv6 address in brackets.
  package mutating func append(host: Host) {
    switch host {
    case .name(let name): append(string: name)
    case .ipv4(let address): append(address: address)
    case .ipv6(let address):
      append(UInt8(ascii: "["))
      append(string: address.description)
      append(UInt8(ascii: "]"))
    }
  }

  package mutating func append(address: IPv4Address) {
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      append(decimal: address.value >> shift & 255)
      if shift > 0 { append(UInt8(ascii: ".")) }
    }
  }

  /// A URI as it goes on the wire.
  package mutating func append(uri: SIPURI) {
    append(literal: uri.scheme == .sip ? "sip:" : "sips:")
    if let user = uri.user {
      append(string: user)
      if let password = uri.password {
        append(UInt8(ascii: ":"))
        append(string: password)
      }
      append(UInt8(ascii: "@"))
    }
    append(host: uri.host)
    if let port = uri.port {
      append(UInt8(ascii: ":"))
      append(decimal: port)
    }
    for field in uri.parameters {
      append(UInt8(ascii: ";"))
      append(string: field.name)
      if let value = field.value {
        append(UInt8(ascii: "="))
        append(string: value)
      }
    }
    for (position, field) in uri.headers.enumerated() {
      append(position == 0 ? UInt8(ascii: "?") : UInt8(ascii: "&"))
      append(string: field.name)
      append(UInt8(ascii: "="))
      append(string: field.value ?? "")
    }
  }

  /// Always a name-addr: the display name quoted and escaped, the URI in angle brackets.
  package mutating func append(nameAddress: NameAddress) {
    if let name = nameAddress.displayName {
      append(quoted: name)
      append(UInt8(ascii: " "))
    }
    append(UInt8(ascii: "<"))
    append(uri: nameAddress.uri)
    append(UInt8(ascii: ">"))
  }

  /// CR and LF.
  package mutating func appendLineEnd() {
    append(0x0d)
    append(0x0a)
  }
}
