import Reconcile
import SIP

// What is left out of a request, because a server does not take it or a standard forbids it.

extension EngineMachine {
  /// Takes out of the next request what this answer refuses. False if there is nothing of ours to leave out.
  ///
  /// Each option is left out once, so that nothing goes round; an edit offers them all again.
  mutating func amend(_ slot: Int, after answer: RegisterAnswer, _ message: MessageView) -> Bool {
    switch answer.code {
    case 200...299: return amendRemoval(slot, after: answer)
    case 420: return withhold(EngineMachine.options(of: message, .unsupported), slot)
    case 439: return withhold(["outbound"], slot)
    default: return false
    }
  }

  /// The same request without these options; not where the account itself requires one (RFC 3261, 8.1.3.5).
  private mutating func withhold(_ refused: [String], _ slot: Int) -> Bool {
    let account = slots[slot].account
    // Without outbound a later flow would be a second binding to the same place, or take the first one's.
    if account.outbound.flow != nil, refused.contains("outbound") { return false }
    let offered = account.offeredOptions.filter { !slots[slot].withheldOptions.contains($0) }
    let withheld = offered.filter(refused.contains)
    guard !withheld.isEmpty, account.requiredOptions.isDisjoint(with: refused) else { return false }
    slots[slot].withheldOptions += withheld
    reshape(slot)
    return true
  }

  private static func options(of message: MessageView, _ name: HeaderName) -> [String] {
    var options: [String] = []
    message.forEachListValue(name) { value in
      options.append(value.text.lowercased())
      return true
    }
    return options
  }

  /// A registrar that compares contacts letter by letter has not found ours without its `pn-prid`.
  private mutating func amendRemoval(_ slot: Int, after answer: RegisterAnswer) -> Bool {
    guard slots[slot].registration.state == .sent(.unbind), !slots[slot].removesInFull,
      case .ours = answer.listing, slots[slot].contact.withoutPushResource != slots[slot].contact
    else { return false }
    slots[slot].removesInFull = true
    return true
  }

  /// Our contact as a request names it: a removal has no `pn-prid` (RFC 8599, 4.1.2).
  func contactToSend(of slot: Int, for purpose: RegisterRequest.Purpose) -> [UInt8] {
    guard purpose == .unbind, !slots[slot].removesInFull else { return slots[slot].contact }
    return slots[slot].contact.withoutPushResource
  }

  /// The number of the flow at its registrar, from 1 (RFC 5626, 4.2.1); nil where outbound is not in use.
  func registrationID(of slot: Int) -> UInt32? {
    let outbound = slots[slot].account.outbound
    guard slots[slot].account.usesOutbound, !slots[slot].withheldOptions.contains("outbound") else {
      return nil
    }
    return outbound.registrationID
  }
}

extension Account {
  /// Never where we register for somebody else: the contact is not this instance's (RFC 5626, 4.2.3).
  var usesOutbound: Bool { outbound.isEnabled && from == nil }

  /// The option tags that we understand and offer (RFC 3327, 5.1; RFC 5626, 4.2.1; RFC 5627, 4.1).
  var offeredOptions: [String] {
    guard usesOutbound else { return ["path"] }
    return outbound.usesGRUU ? ["path", "outbound", "gruu"] : ["path", "outbound"]
  }

  /// Those that the account's own rows insist on, in lower case.
  fileprivate var requiredOptions: Set<String> {
    var options: Set<String> = []
    for field in headers where ["require", "proxy-require"].contains(field.name.lowercased()) {
      for tag in field.value.lowercased().split(whereSeparator: { ", \t".contains($0) }) {
        options.insert(String(tag))
      }
    }
    return options
  }
}

extension [UInt8] {
  /// A contact URI without the parameter that names a device.
  fileprivate var withoutPushResource: [UInt8] {
    guard contains(UInt8(ascii: ";")) else { return self }
    let end = firstIndex(of: UInt8(ascii: "?")) ?? endIndex
    let parts = self[..<end].split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    let kept = parts.filter { !$0.starts(with: "pn-prid=".utf8) }
    return Array(kept.joined(separator: [UInt8(ascii: ";")])) + self[end...]
  }
}
