/// A hierarchical timer wheel: four rings of 256 slots over ticks of 5 ms, for keys that are small numbers.
///
/// A key has one timer; scheduling it again replaces it. Nothing fires early: a deadline is rounded up to
/// the next tick. Scheduling and cancelling take constant time, and 12 bytes a key up to the highest one.
/// Deadlines may lie up to 124 days ahead; a later one fires then, which its owner sees on its own clock.
///
/// A timer lies in the ring of the highest byte in which its tick differs from the present one, and moves to
/// a lower ring when the present reaches its slot. So each is touched at most four times.
package struct TimerWheel: Sendable {
  private static let tickNanoseconds: Int64 = 5_000_000
  private static let longest: Int64 = 1 << 31 - 1
  private static let none = UInt32.max
  /// Set in a node's `previous` where that is not a key but the slot whose list it heads.
  private static let slotMark: UInt32 = 1 << 31

  private struct Node: Sendable {
    var next = none
    /// `none` while the key has no timer.
    var previous = none
    /// The low 32 bits of the tick.
    var tick: UInt32 = 0
  }

  private let origin: Instant
  /// The last tick whose timers have fired.
  private var present: Int64 = 0
  private var nodes: [Node]
  private var heads = [UInt32](repeating: none, count: 1024)
  private var occupied = [UInt64](repeating: 0, count: 16)
  /// How many timers are scheduled.
  package private(set) var count = 0

  /// A wheel whose time begins at `origin`, with room for keys below `capacity` to begin with.
  package init(origin: Instant, capacity: Int = 0) {
    self.origin = origin
    nodes = Array(repeating: Node(), count: capacity)
  }

  package func isScheduled(_ key: UInt32) -> Bool {
    Int(key) < nodes.count && nodes[Int(key)].previous != TimerWheel.none
  }

  /// Sets the timer of a key, which is below 2^31. A deadline that has passed fires with the next tick.
  package mutating func schedule(_ key: UInt32, at deadline: Instant) {
    precondition(key < TimerWheel.slotMark, "a key is below 2^31")
    if Int(key) >= nodes.count { grow(to: Int(key) + 1) }
    if nodes[Int(key)].previous != TimerWheel.none { unlink(key) } else { count += 1 }
    link(key, tick: min(max(tick(atOrAfter: deadline), present + 1), present + TimerWheel.longest))
  }

  /// Removes the timer of a key, if it has one.
  package mutating func cancel(_ key: UInt32) {
    guard isScheduled(key) else { return }
    unlink(key)
    nodes[Int(key)].previous = TimerWheel.none
    count -= 1
  }

  /// Moves the present, and appends the keys whose deadlines have come, the earlier ticks first.
  package mutating func advance(to now: Instant, into due: inout [UInt32]) {
    let target = (now.nanoseconds - origin.nanoseconds) / TimerWheel.tickNanoseconds
    while let (slot, tick) = nextSlot(), tick <= target {
      present = tick
      empty(slot, into: &due)
    }
    present = max(present, target)
  }

  /// When to call `advance` next: never after the tick of the first timer, and before it only to move timers
  /// to a lower ring. Nil where nothing is scheduled.
  package var nextDeadline: Instant? {
    nextSlot().map { origin + .nanoseconds($0.tick * TimerWheel.tickNanoseconds) }
  }

  private func tick(atOrAfter deadline: Instant) -> Int64 {
    let (elapsed, overflow) = deadline.nanoseconds.subtractingReportingOverflow(origin.nanoseconds)
    if overflow { return deadline < origin ? 0 : .max }
    guard elapsed > 0 else { return 0 }
    return (elapsed - 1) / TimerWheel.tickNanoseconds + 1
  }

  private mutating func grow(to size: Int) {
    nodes.reserveCapacity(size > nodes.capacity ? max(size, nodes.count * 2) : size)
    nodes.append(contentsOf: repeatElement(Node(), count: size - nodes.count))
  }
}

// MARK: - Lists

extension TimerWheel {
  private mutating func link(_ key: UInt32, tick: Int64) {
    let slot = slot(of: tick)
    let head = heads[slot]
    nodes[Int(key)] = Node(
      next: head,
      previous: TimerWheel.slotMark | UInt32(slot),
      tick: UInt32(truncatingIfNeeded: tick)
    )
    if head != TimerWheel.none { nodes[Int(head)].previous = key }
    heads[slot] = key
    occupied[slot >> 6] |= 1 << UInt64(slot & 63)
  }

  /// Takes a key out of its list; its node still says that it has a timer.
  private mutating func unlink(_ key: UInt32) {
    let node = nodes[Int(key)]
    if node.next != TimerWheel.none { nodes[Int(node.next)].previous = node.previous }
    guard node.previous & TimerWheel.slotMark != 0 else {
      nodes[Int(node.previous)].next = node.next
      return
    }
    let slot = Int(node.previous & ~TimerWheel.slotMark)
    heads[slot] = node.next
    if node.next == TimerWheel.none { occupied[slot >> 6] &= ~(1 << UInt64(slot & 63)) }
  }

  /// Fires what is due in a slot that the present has reached, and moves the rest to lower rings.
  private mutating func empty(_ slot: Int, into due: inout [UInt32]) {
    var key = heads[slot]
    heads[slot] = TimerWheel.none
    occupied[slot >> 6] &= ~(1 << UInt64(slot & 63))
    while key != TimerWheel.none {
      let node = nodes[Int(key)]
      let ahead = node.tick &- UInt32(truncatingIfNeeded: present)
      if ahead == 0 {
        nodes[Int(key)].previous = TimerWheel.none
        count -= 1
        due.append(key)
      } else {
        link(key, tick: present + Int64(ahead))
      }
      key = node.next
    }
  }
}

// MARK: - Slots

extension TimerWheel {
  /// The ring times 256, plus the byte of the tick that the ring looks at.
  private func slot(of tick: Int64) -> Int {
    let difference = UInt64(bitPattern: tick ^ present)
    let ring = min((63 - difference.leadingZeroBitCount) >> 3, 3)
    return ring << 8 | Int(truncatingIfNeeded: tick >> Int64(ring * 8)) & 0xFF
  }

  /// The occupied slot that the present reaches first, and the tick at which it does. Lower rings come
  /// first: they end before the next slot of the ring above begins.
  private func nextSlot() -> (slot: Int, tick: Int64)? {
    guard count > 0 else { return nil }
    for ring in 0..<4 {
      let shift = Int64(ring * 8)
      let position = Int(truncatingIfNeeded: present >> shift) & 0xFF
      let turn = present >> (shift + 8)
      if let index = firstOccupied(ring, from: position + 1, to: 256) {
        return (ring << 8 | index, (turn << 8 | Int64(index)) << shift)
      }
      // Only the highest ring goes round: beyond it lies its own next turn.
      if ring == 3, let index = firstOccupied(ring, from: 0, to: position) {
        return (ring << 8 | index, ((turn + 1) << 8 | Int64(index)) << shift)
      }
    }
    return nil
  }

  private func firstOccupied(_ ring: Int, from start: Int, to end: Int) -> Int? {
    var index = start
    while index < end {
      let word = occupied[ring << 2 | index >> 6] >> UInt64(index & 63)
      if word != 0 {
        let found = index + word.trailingZeroBitCount
        return found < end ? found : nil
      }
      index = (index | 63) + 1
    }
    return nil
  }
}
