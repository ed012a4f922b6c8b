import CMemory

/// How the memory of a process that lives long is allocated and given back.
package enum ProcessMemory {
  /// From this many accounts on it is worth the work to give memory back.
  static let leastAccounts = 1000

  /// Gives what was needed for a while back to the system, for a plan of a whole fleet for instance: an allocator
  /// does not do that by itself with what lies between pieces in use.
  static func giveBack() { memory_give_back() }

  /// Takes all memory from one pool, whichever thread asks. With a pool for each, what one thread gives up lies
  /// between the pieces that another's accounts keep, and a fleet takes half as much again. To be called before
  /// there are other threads.
  package static func keepTogether() { memory_keep_together() }
}
