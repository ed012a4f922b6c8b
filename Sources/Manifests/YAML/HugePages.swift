#if canImport(Glibc)
  import Glibc
#endif

/// Asks the system to back large arrays by large pages: filling them page by page costs as much as what is put in.
enum HugePages {
  /// Below this an array is not worth the call.
  private static let smallest = 8 << 20

  /// To be called once an array has reserved its room, before it is filled.
  static func advise<Element>(_ array: inout [Element]) {
    #if canImport(Glibc)
      let size = array.capacity * MemoryLayout<Element>.stride
      guard size >= smallest else { return }
      array.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress.map({ UInt(bitPattern: $0) }) else { return }
        let page = UInt(sysconf(CInt(_SC_PAGESIZE)))
        let first = (start + page - 1) / page * page
        // A system that cannot do it loses nothing.
        _ = madvise(
          UnsafeMutableRawPointer(bitPattern: first),
          Int(start + UInt(size) - first),
          MADV_HUGEPAGE
        )
      }
    #endif
  }
}
