import CMemory

/// Memory that was needed for a while, for a plan of a whole fleet for instance.
enum FreedMemory {
  /// From this many accounts on it is worth the work.
  static let leastAccounts = 1000

  /// Gives it back to the system, which an allocator by itself does not do with what lies between pieces in use.
  static func giveBack() { memory_give_back() }
}
