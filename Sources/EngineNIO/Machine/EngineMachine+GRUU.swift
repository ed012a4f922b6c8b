import Reconcile
import SIP

// GRUUs: what a registrar grants, and what the dependents of an account use in place of its contact (RFC 5627).

extension EngineMachine {
  /// Keeps what a 2xx granted with our binding; a refresh that fails changes nothing.
  mutating func noteGRUUs(of slot: Int, in reader: AnswerReader) {
    let account = slots[slot].account
    let isAsked = account.usesOutbound && account.outbound.usesGRUU
    // Nearly nobody asks, and then the table is not even looked at.
    if isAsked || !gruus.isEmpty { gruus[slot] = isAsked ? reader.gruus : nil }
  }

  /// The contact that a dependent shares: its master's public GRUU where one was granted, else the contact as
  /// bound. Never a GRUU of the dependent's own identity, which would lead back to itself (RFC 5627, 4.1): then
  /// the contact that the GRUU stands for. Empty if there is none.
  func sharedContact(of master: Int, with dependent: Int) -> [UInt8] {
    var next: Int? = master
    while let current = next {
      let contact = slots[current].boundContact
      let asks = slots[current].account.outbound.usesGRUU
      if !asks, slots[current].masters.isEmpty { return contact }
      let own = slots[dependent].account.identity.uri
      if asks, let gruu = grantedGRUU(of: current, with: dependent), !GRUU.isOne(gruu, of: own) {
        return gruu
      }
      if !GRUU.isOne(contact, of: own) { return contact }
      next = slots[current].masters.first { $0.sharesContact }?.master
    }
    return []
  }

  /// The public GRUU to share. After a restart the registrar has not told it again yet, and a dependent that
  /// has it keeps it.
  private func grantedGRUU(of master: Int, with dependent: Int) -> [UInt8]? {
    let identity = slots[master].account.identity.uri
    guard let granted = gruus[master] else {
      let present = slots[dependent].contact
      return GRUU.isOne(present, of: identity) ? present : nil
    }
    guard let text = granted.publicURI else { return nil }
    let gruu = Array(text.utf8)
    return GRUU.isOne(gruu, of: identity) ? gruu : nil
  }
}

extension AnswerReader {
  /// What came with our contact: as we sent it, or else with any of our instance, which has the same GRUUs.
  fileprivate var gruus: GrantedGRUUs {
    var ours: GrantedGRUUs?
    var ofInstance: GrantedGRUUs?
    _ = message.forEachContact { entry in
      guard entry.expires != 0 else { return true }
      if ours == nil, ContactMatch.same(entry.uri, contact) {
        ours = GrantedGRUUs(entry)
      } else if ofInstance == nil, isInstance(entry.instance) {
        ofInstance = GrantedGRUUs(entry)
      }
      return true
    }
    return ours ?? ofInstance ?? GrantedGRUUs()
  }
}

extension GrantedGRUUs {
  fileprivate init(_ contact: ContactView) {
    self.init(publicURI: contact.publicGRUU?.text, temporaryURI: contact.temporaryGRUU?.text)
  }
}

/// What a public GRUU looks like: the address of record with `gr` (RFC 5627, 3.1).
private enum GRUU {
  static func isOne(_ contact: [UInt8], of identity: SIPURI) -> Bool {
    guard let uri = ContactMatch.parse(contact), uri.parameter("gr") != nil else { return false }
    return uri.user == identity.user && uri.host == identity.host
  }
}
