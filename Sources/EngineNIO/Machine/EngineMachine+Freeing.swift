import Reconcile
import SIP

// How a slot is given back.

extension EngineMachine {
  /// Lets an account go. A REGISTER of it that is on its way ends by itself, and until then no other one of its
  /// identity is sent (RFC 3261, 10.2).
  mutating func depart(_ slot: Int) {
    guard slots[slot].exchange != nil else { return free(slot) }
    slots[slot].role = .departed
    slots[slot].registration.settings.retries = false
    slots[slot].masters = []
    slots[slot].dependents = []
  }

  /// What accounts of this identity that were let go may still bind: the next REGISTER removes it.
  func contactsOfDeparted(besides slot: Int) -> [StaleContact] {
    var contacts: [StaleContact] = []
    var next = slots[slot].nextSameIdentity
    while let other = next {
      if case .departed = slots[other].role, !slots[other].contact.isEmpty {
        contacts += slots[other].staleContacts + [StaleContact(slots[other].contact)]
      }
      next = slots[other].nextSameIdentity
    }
    return contacts
  }

  /// Takes a slot out of everything that knows it.
  mutating func free(_ slot: Int) {
    slotTimers.cancel(UInt32(slot))
    if case .queued = slots[slot].registration.state {
      lanes[slots[slot].lane].withdraw(slot)
    }
    if let exchange = slots[slot].exchange {
      exchangeTimers.cancel(UInt32(exchange))
      exchanges[exchange].slot = -1
      freeExchanges.append(exchange)
      slots[slot].exchange = nil
      lanes[exchanges[exchange].lane].pacer.withdrawn()
      mark(exchanges[exchange].lane)
      wakeSameIdentity(as: slot)
    }
    unlinkIdentity(of: slot)
    gruus[slot] = nil
    notices[slot] = nil
    slots[slot].role = .free
    freeSlots.append(slot)
  }

  private mutating func unlinkIdentity(of slot: Int) {
    let key = slots[slot].identityKey
    let after = slots[slot].nextSameIdentity
    guard var next = firstSlotByIdentity[key] else { return }
    if next == slot {
      firstSlotByIdentity[key] = after
      return
    }
    while let following = slots[next].nextSameIdentity {
      if following == slot {
        slots[next].nextSameIdentity = after
        return
      }
      next = following
    }
  }
}
