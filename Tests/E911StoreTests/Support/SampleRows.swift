#if Daemon
    import E911Service
    import E911Values

    /// Rows as a node makes them.
    enum Sample {
        static func key(_ number: UInt64, node: String = "a") -> RecordKey {
            RecordKey(time: WallTime(milliseconds: 1_764_000_000_000 + Int64(number)), node: node, counter: number)
        }

        static func call(_ number: UInt64, outcome: CallRecord.Outcome = .answered) -> CallRecord {
            var call = CallRecord(key: key(number), kind: .emergency)
            call.outcome = outcome
            call.callServer = "main"
            call.source = "192.0.2.10:5060"
            call.callID = "call-\(number)@example.com"
            call.dialled = "911"
            call.callerDN = "\(1000 + number)"
            call.callerName = "José"
            call.device = "main|sip:\(1000 + number)@example.com"
            call.location = "hq-3"
            call.elin = TelephoneNumber("+13125550103")
            call.contact = "<sip:7911@192.0.2.10:5060>"
            call.leaseSeconds = 1200
            call.alerts = true
            return call
        }
    }
#endif
