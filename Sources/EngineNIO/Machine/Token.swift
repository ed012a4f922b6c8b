import SIP

/// Random texts that identify: tags and Call-IDs (RFC 3261, 19.3: from a cryptographic source).
enum Token {
  static func hexadecimal(digits: Int, using random: inout some RandomNumberGenerator) -> String {
    var text = ""
    while text.utf8.count < digits {
      let part = String(random.next() as UInt64, radix: 16)
      text += String(repeating: "0", count: 16 - part.utf8.count) + part
    }
    return String(text.prefix(digits))
  }

  /// 128 random bits; no host name, so nothing about this machine is told.
  static func callID(using random: inout some RandomNumberGenerator) -> String {
    hexadecimal(digits: 32, using: &random)
  }
}
