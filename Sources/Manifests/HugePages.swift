#if canImport(Glibc)
  import Glibc
#endif

/// Asks the system to back much memory by large pages: filling it page by page costs as much as what is put in.
enum HugePages {
  /// Below this it is not worth the call.
  private static let smallest = 4 << 20

  /// To be called once an array has reserved its room, before it is filled.
  static func advise<Element>(_ array: inout [Element]) {
    let room = array.capacity
    array.withUnsafeMutableBufferPointer {
      advise(UnsafeMutableBufferPointer(start: $0.baseAddress, count: room))
    }
  }

  /// To be called for memory of one's own, before it is filled.
  static func advise<Element>(_ buffer: UnsafeMutableBufferPointer<Element>) {
    #if canImport(Glibc)
      let size = buffer.count * MemoryLayout<Element>.stride
      guard size >= smallest, let start = buffer.baseAddress.map({ UInt(bitPattern: $0) }) else { return }
      let first = (start + UInt(pageSize) - 1) / UInt(pageSize) * UInt(pageSize)
      // A system that cannot do it loses nothing.
      _ = madvise(UnsafeMutableRawPointer(bitPattern: first), Int(start + UInt(size) - first), MADV_HUGEPAGE)
    #endif
  }

  /// To be called by a thread that is about to make many small objects, of so many bytes in all: its heap grows in
  /// one step to what they need, and not by a page, with a call to the system, for every few of them.
  static func growHeap(_ size: Int) {
    #if canImport(Glibc)
      guard size >= smallest else { return }
      // A large block has a mapping of its own; once one was freed, those up to its size are taken from the heap,
      // and what is freed there stays there.
      for size in [largestBlock + pageSize, min(size, largestBlock)] {
        guard let block = malloc(size) else { return }
        advise(UnsafeMutableRawBufferPointer(start: block, count: size).bindMemory(to: UInt8.self))
        free(block)
      }
    #endif
  }

  #if canImport(Glibc)
    /// malloc takes no larger block from the heap, whatever was freed before: its DEFAULT_MMAP_THRESHOLD_MAX is 32 MiB.
    private static let largestBlock = 31 << 20
    private static let pageSize = sysconf(CInt(_SC_PAGESIZE))
  #endif
}
