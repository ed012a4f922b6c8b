import EngineNIO
import SIP

/// Words about how a server is found (RFC 3263).
enum LocatingText {
  /// Which steps a destination takes, and why.
  static func steps(_ destination: Destination) -> String {
    let host = destination.host
    let transport = destination.transport
    let usual = transport ?? (destination.isSecure ? .tls : .udp)
    let isNamed = transport == nil ? "for nothing names another" : "as declared"
    guard case .name = host else {
      return "an address: no name server is asked; \(usual.viaName), \(isNamed)"
    }
    if destination.port != nil {
      return "a port is given: A and AAAA, without NAPTR and SRV; \(usual.viaName), \(isNamed)"
    }
    if let transport { return "\(transport.viaName) is declared: SRV, then A and AAAA, without NAPTR" }
    let secure = destination.isSecure ? "; TLS only, for the URI is sips" : ""
    return "neither port nor transport is given: NAPTR, then SRV, then A and AAAA\(secure)"
  }

  /// One word for programs.
  static func kind(_ result: DNSResult) -> String {
    switch result {
    case .found: "found"
    case .noRecords: "none"
    case .noSuchName: "noSuchName"
    case .failed: "failed"
    }
  }

  static let kinds = ["found", "none", "noSuchName", "failed"]

  /// The records in the order in which they are used; the reason where there are none.
  static func records(_ result: DNSResult) -> [String] {
    guard case .found(let answer) = result else { return [] }
    return answer.records.sorted { key($0) < key($1) }.map { text($0.value) }
  }

  /// How long the answer may be kept, in seconds.
  static func lifetime(_ result: DNSResult) -> Int? {
    switch result {
    case .found(let answer): Int(answer.lifetime)
    case .noRecords(let seconds), .noSuchName(let seconds): seconds.map(Int.init)
    case .failed: nil
    }
  }

  /// Why there are no records; nil where there are some.
  static func absence(_ result: DNSResult) -> String? {
    switch result {
    case .found: nil
    case .noRecords: "no such record"
    case .noSuchName: "no such name"
    case .failed(let failure): failure.description
    }
  }

  /// Where a server's address came from.
  static func source(_ target: Target) -> String {
    switch target.origin {
    case .literal: "as declared"
    case .address(let name): "address of \(name)"
    case .service(let name, let record):
      "\(name), priority \(record.priority), weight \(record.weight), \(record.target)"
    }
  }

  private static func key(_ record: DNSRecord) -> (Int, Int) {
    switch record.value {
    case .address: (0, 0)
    case .srv(let record): (Int(record.priority), -Int(record.weight))
    case .naptr(let record): (Int(record.order), Int(record.preference))
    }
  }

  private static func text(_ value: DNSRecord.Value) -> String {
    switch value {
    case .address(let host): "\(host)"
    case .srv(let record):
      "\(record.priority) \(record.weight) \(record.port) \(record.target.isEmpty ? "." : record.target)"
    case .naptr(let record):
      "\(record.order) \(record.preference) \"\(record.flags)\" \"\(record.service)\" \(record.replacement)"
    }
  }
}
