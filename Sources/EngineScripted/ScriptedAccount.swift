import Reconcile

/// One account in a scripted engine.
struct ScriptedAccount {
  var addition: AccountAddition
  var callID: String
  var cseq: UInt32
  var ceiling: UInt32
  var state: RegistrationState = .none
  /// The contact that is bound, as far as this engine knows.
  var boundContact: String?
  /// Other contacts of ours that the registrar may hold.
  var formerContacts: [String]
  /// The contact of the last REGISTER.
  var sentContact: String?
  /// True once an attempt has ended, well or badly.
  var wasAttempted = false
  /// True while a REGISTER of it waits in the queue or for its answer.
  var isQueued = false
  var isInFlight = false
  /// A REGISTER is wanted once the one in flight has ended.
  var isWanted = false
  /// A REGISTER is wanted once the masters are bound.
  var waitsForMasters = false
  var isSuspended: Bool
  /// A REGISTER is wanted once the suspension ends.
  var waitsForResume = false

  init(_ addition: AccountAddition) {
    self.addition = addition
    callID = addition.sequence.callID
    cseq = addition.sequence.lastCSeq
    ceiling = addition.sequence.ceiling
    formerContacts = addition.formerContacts.filter { $0 != addition.binding?.contact }
    isSuspended = addition.isSuspended
    if let binding = addition.binding {
      state = .ok
      boundContact = binding.contact
    }
  }

  var account: Account { addition.account }
  var isBound: Bool { boundContact != nil }

  /// Takes the next CSeq; at the ceiling the registration goes on under a new Call-ID.
  mutating func nextCSeq() -> UInt32 {
    if cseq >= ceiling {
      callID += "-next"
      cseq = 0
      ceiling = 64
    }
    cseq += 1
    return cseq
  }
}
