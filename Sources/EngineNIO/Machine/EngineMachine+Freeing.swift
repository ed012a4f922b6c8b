import Reconcile
import SIP

// How a slot is given back.

extension EngineMachine {
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
