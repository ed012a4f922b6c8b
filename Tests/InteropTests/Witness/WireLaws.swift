import SIP

/// What may never be on the wire, whatever happens to the process that sends; each gives the breaches it finds.
enum WireLaws {
  /// Of one Call-ID, each CSeq is one request: what comes under it again is the same, byte by byte.
  static func reusedNumbers(_ messages: [WitnessedMessage]) -> [String] {
    var first: [String: WitnessedMessage] = [:]
    return messages.filter(\.isRequest).compactMap { request in
      let key = "\(request.cseq) \(request.callID)"
      guard let earlier = first[key] else {
        first[key] = request
        return nil
      }
      return earlier.bytes == request.bytes ? nil : "\(request) reuses the number of \(earlier)"
    }
  }

  /// Of one Call-ID, each new request has a higher CSeq than all before.
  static func numbersThatDoNotRise(_ messages: [WitnessedMessage]) -> [String] {
    var highest: [String: WitnessedMessage] = [:]
    var seen: Set<String> = []
    return messages.filter(\.isRequest).compactMap { request in
      guard seen.insert(request.branch).inserted else { return nil }
      let earlier = highest[request.callID]
      highest[request.callID] = request
      guard let earlier, earlier.cseq >= request.cseq else { return nil }
      return "\(request) comes after \(earlier)"
    }
  }

  /// One process sends no second REGISTER of an identity before the first has a final answer or is given up
  /// (RFC 3261, 10.2).
  ///
  /// - Parameter patience: how long a request without an answer is certainly not given up, as seen from here.
  static func overlaps(_ messages: [WitnessedMessage], patience: Duration) -> [String] {
    var open: [String: WitnessedMessage] = [:]
    var seen: Set<String> = []
    return messages.compactMap { message in
      let key = "\(message.life) \(message.identity)"
      if message.isFinalAnswer, open[key]?.branch == message.branch { open[key] = nil }
      guard message.isRequest, seen.insert(message.branch).inserted else { return nil }
      let earlier = open.updateValue(message, forKey: key)
      guard let earlier, message.at - earlier.at < patience else { return nil }
      return "\(message) is sent while \(earlier) is on its way"
    }
  }
}
