import Reconcile
import SIP

// What registrars say beside the binding, kept to be shown.

extension EngineMachine {
  /// Keeps what a 2xx says; a refusal takes it away (RFC 3608, 6.1). What asks for another request is none.
  mutating func noteNotice(of slot: Int, after code: UInt16, in reader: AnswerReader) {
    switch code {
    case 200...299:
      let notice = reader.notice
      if !notice.isEmpty || !notices.isEmpty { notices[slot] = notice.isEmpty ? nil : notice }
    case 401, 407, 423, 300...399: break
    default: if !notices.isEmpty { notices[slot] = nil }
    }
  }
}

extension AnswerReader {
  /// How long before its end the binding is to be refreshed, in seconds (RFC 8599, 4.1.4).
  var pushRefreshLead: UInt32? { isSuccess ? pushNotice.refreshLead : nil }

  fileprivate var notice: RegistrarNotice {
    var notice = RegistrarNotice()
    let path = values(of: .path)
    let serviceRoute = values(of: .serviceRoute)
    let associatedURIs = values(of: .associatedURI)
    if !path.isEmpty { notice.path = path }
    if !serviceRoute.isEmpty { notice.serviceRoute = serviceRoute }
    if !associatedURIs.isEmpty { notice.associatedURIs = associatedURIs }
    let push = pushNotice
    if push != RegistrarNotice.Push() { notice.push = push }
    return notice
  }

  /// In their order, each as it is written, made fit to be shown; so many at most.
  private func values(of name: HeaderName) -> [String] {
    var values: [String] = []
    message.forEachListValue(name, hasAddresses: true) { value in
      values.append(ShownText.escape(value.slice(0..<min(value.count, 512)).text))
      return values.count < 16
    }
    return values
  }

  /// Feature-Caps: `*;+sip.pns="apns";+sip.pnsreg="121"` (RFC 6809; RFC 8599, 8.3 to 8.6). The text of RFC 8599
  /// has `pnsreq` in places.
  private var pushNotice: RegistrarNotice.Push {
    var push = RegistrarNotice.Push()
    message.forEachListValue(.featureCaps) { value in
      var reader = ParameterReader(value, from: value.firstIndex(of: UInt8(ascii: ";")) ?? value.count)
      while let parameter = reader.next() {
        guard let text = parameter.value?.unquoted else { continue }
        let name = parameter.name
        if name.isEqual(ignoringCase: "+sip.pns") {
          push.providers.append(ShownText.escape(text.text))
        } else if name.isEqual(ignoringCase: "+sip.pnsreg") || name.isEqual(ignoringCase: "+sip.pnsreq") {
          push.refreshLead = text.clampedDecimal
        } else if name.isEqual(ignoringCase: "+sip.pnspurr") {
          push.reference = ShownText.escape(text.text)
        }
      }
      return push.providers.count < 16
    }
    return push
  }
}

extension UnsafeRawBufferPointer {
  /// Without the quotes around it.
  fileprivate var unquoted: UnsafeRawBufferPointer {
    guard count >= 2, first == UInt8(ascii: "\""), last == UInt8(ascii: "\"") else { return self }
    return slice(1..<count - 1)
  }
}
