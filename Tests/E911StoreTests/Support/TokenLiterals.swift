#if Daemon
    public import E911Service

    extension JournalToken: ExpressibleByIntegerLiteral {
        public init(integerLiteral value: UInt64) { self.init(rawValue: value) }
    }

    extension PersistToken: ExpressibleByIntegerLiteral {
        public init(integerLiteral value: UInt64) { self.init(rawValue: value) }
    }
#endif
