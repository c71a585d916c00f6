public import Alerting
public import E911Values
public import Locations
public import SIPCore

/// The number of a journal record, rising by one; start-up begins behind the highest that the journal holds.
public struct JournalToken: Hashable, Comparable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    public static func < (a: JournalToken, b: JournalToken) -> Bool { a.rawValue < b.rawValue }
}

/// The number of a batch given to the store.
public struct PersistToken: Hashable, Comparable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    public static func < (a: PersistToken, b: PersistToken) -> Bool { a.rawValue < b.rawValue }
}

/// The number of a question to the store.
public struct FetchToken: Hashable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// The number of a query, made by whoever asks.
public struct QueryToken: Hashable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// An input of ``E911Node`` that does not come from the wire.
public enum NodeCommand: Sendable {
    /// What store and journal held; the first input of a node. `storeAvailable` is false when the store could not be
    /// opened and the site came from the snapshot.
    case restore(StoredState, storeAvailable: Bool)
    /// The store cannot commit at present, for this reason, and tries on; `nil` when it can again.
    case storeFailing(String?)
    /// What ``NodeEffect/rememberCounter(_:)`` told could not be written.
    case counterUnwritten(String)
    /// The record was written (`failure` nil), or could not be.
    case journaled(JournalToken, failure: String?)
    /// The batch is in the store (`failure` nil), or never will be.
    case persisted(PersistToken, failure: String?)
    /// What the store answers to ``NodeEffect/fetch(_:since:limit:_:)``.
    case fetched(FetchToken, FetchAnswer)
    /// Another node has written to a feed of the shared store.
    case storeChanged(StoreFeed)
    /// The site of ``NodeEffect/prepare(_:)``, made ready; `nil` when it has no call server.
    case prepared(Stamped<SiteConfiguration>, PreparedSite?)
    case delivered(DeliveryID, DeliveryResult)
    /// What became of a post of ``NodeEffect/post(_:_:)``.
    case posted(PostToken, DeliveryResult)
    /// The site's zone lies this many minutes east of UTC at present.
    case zoneOffset(minutes: Int)
    /// What password files hold that ``NodeEffect/readPasswords(_:)`` named.
    case passwords([PasswordFile])
    /// What files with addresses of record hold that ``NodeEffect/readAddresses(_:)`` named.
    case addresses([AddressFile])
    /// Read password files and files with addresses of record again.
    case reload
    /// The daemon's configuration has changed: notes below this level are not made, and these are the ways out.
    case adjust(notes: Note.Level, channels: [AlertChannelKind])
    /// What DNS says to a question of ``NodeEffect/resolve(_:)``.
    case resolved(DNSQuestion, DNSAnswer)
    case query(NodeQuery, QueryToken)
    /// Stops wanting calls (OPTIONS get 503) or wants them again; INVITEs are answered all the same.
    case drain(Bool)
    /// Ends the subscriptions; ``NodeEffect/finished`` follows.
    case shutdown
}

/// What other nodes have written to the shared store.
public enum FetchAnswer: Equatable, Sendable {
    /// Rows in the order of their counters, and what the store's clock shows.
    case rows([Stamped<StoredRow>], at: WallTime?)
    /// The store no longer knows all deletions since then.
    case tooOld
    case failed(String)
}

/// What can be asked of a node, and told to it with an answer wanted.
public enum NodeQuery: Equatable, Sendable {
    /// A page of devices behind `after` (the `next` of the page before), at most `limit`.
    case devices(after: String?, limit: Int)
    /// The newest moves of devices first, those with a smaller number than `before`; at most 10,000 are remembered.
    case moves(before: UInt64?, limit: Int)
    /// The newest calls first, those older than `before`.
    case calls(before: RecordKey?, limit: Int)
    case leases
    /// A page of ELINs from a position on, 0 first.
    case elins(from: Int, limit: Int)
    /// The pools, and a page of locations, with how many ELINs there should be.
    case elinPlaces(from: Int, limit: Int)
    /// ALI records, which are confirmed when the ALI side has them.
    case aliExport(ALIExportRequest)
    /// The ALI side has an export; `nil` is the last one.
    case aliConfirm(UInt64?, by: String)
    case status
    /// Take over this site. Refused with its errors, nothing changed, if it does not hold together.
    case apply(SiteConfiguration, by: String)
    /// The same with a site that was checked and made ready elsewhere, so that a large one does not hold up calls.
    case adopt(PreparedSite, SiteEdit)
    /// The site that answers.
    case site
    /// Somebody changed something beside the node that belongs into the audit log.
    case audit(AuditNote)
    /// The alerts that are open.
    case alerts
    /// The open alert of a call.
    case alert(RecordKey)
    /// One of the calls in memory, which are the newest ones.
    case call(RecordKey)
    case downloadNow(callServer: String)
    /// Devices of a call server that filters would hit if they were applied, of a page of all: those behind `after`, at
    /// most `limit` are looked at. Refused with what is wrong with the patterns.
    case filterPreview(callServer: String, FilterChoices, after: String?, limit: Int)
    /// Addresses of record that the site lists for a call server and of which nobody has registered, from a place in that
    /// list on.
    case neverSeen(callServer: String, after: Int, limit: Int)
    /// - Parameters:
    ///   - by: who, in words.
    ///   - recipient: who that is among those who were told; `nil` for not known, and then `by` counts if it is a
    ///     recipient's name.
    case acknowledge(RecordKey, by: String, recipient: String? = nil, comment: String)
    /// What the token of a link stands for, for a page that asks whether to acknowledge. Nothing changes.
    case acknowledgement(token: String)
    /// Acknowledge in the name of whom the link was sent to; an empty `by` is that recipient's name.
    case acknowledgeByToken(String, by: String, comment: String)
    /// Send a recipient a message by this channel that is plainly a test. The answer comes when the channel has one.
    case testSend(recipient: String, channel: AlertChannelKind, by: String)
    /// How the ways out do.
    case channels
    /// Rows of evidence from a place on (0, then the `next` of the page before), at most `limit`.
    case evidence(from: Int, limit: Int)
    /// Take over all of these rows, or none. The answer comes when that is done, a slice at a time.
    case importEvidence(EvidenceBatch)
    /// Where a device is and why, and what its emergency call would get. Nothing is taken for it.
    case explain(ExplainSubject)
}

public enum NodeAnswer: Equatable, Sendable {
    /// `next` is the place to go on from; `nil` at the end.
    case devices([DeviceInfo], next: String?)
    case moves([DeviceMove], more: Bool)
    case calls([CallRecord], more: Bool)
    case leases([LeaseRecord])
    /// `next` is the place to go on from.
    case addressesOfRecord([String], next: Int?)
    case elins([ELINInfo], next: Int?)
    case elinPlaces(pools: [PoolInfo], places: [PlaceInfo], next: Int?)
    case aliExport(ALIExport)
    /// How many records of an export were confirmed.
    case confirmed(Int)
    case status(NodeStatus)
    /// `nil` while there is none; the counter is that of its row, for ``SiteEdit/expected``.
    case site(SiteConfiguration?, counter: UInt64)
    /// What a link stands for, with what was just acknowledged by it.
    case acknowledgement(AcknowledgementInfo)
    case testSent(TestSendResult)
    case channels([NodeStatus.Channel])
    case done
    case refused([String])
    /// The oldest first.
    case alerts([OutboxRecord])
    indirect case alert(OutboxRecord?)
    indirect case call(CallRecord?)
    /// `next` is the place to go on from; `nil` at the end.
    case evidence([EvidenceSighting], next: Int?)
    case evidenceTaken(EvidenceReport)
    /// Nothing was taken over. The first problems, and how many there are.
    case evidenceRefused([EvidenceProblem], count: Int)
    indirect case explanation(Explanation)
}

/// One device as people look at it.
public struct DeviceInfo: Equatable, Sendable, Codable {
    public var key: String = ""
    public var callServer: String = ""
    /// Members that see it.
    public var members: [String] = []
    public var aor: String = ""
    public var dn: String = ""
    public var contact: String = ""
    public var instance: String = ""
    public var ip: String = ""
    public var mac: String = ""
    public var userAgent: String = ""
    /// `active`, `stale` or `retired`.
    public var state: String = ""
    public var filtered: Bool = false
    public var location: String = ""
    public var locationName: String = ""
    /// The rule that placed it, and the evidence.
    public var rule: String = ""
    public var isLocated: Bool = false
    /// It is not at the site, as far as is known.
    public var isOffPremises: Bool = false
    /// How old the evidence is; `nil` for none.
    public var evidenceSeconds: Int?
    /// `none`, `low`, `medium` or `high`.
    public var confidence: String = ""
    /// Who has judged the address of the location, and how; empty where nobody judges addresses.
    public var validation: String = ""
    /// ELINs that a call of this device would be given, the first one first.
    public var elins: [TelephoneNumber] = []
    /// Whether the first of ``elins`` is the call server's default one: nothing better stands for its place.
    public var isDefaulted: Bool = false
    public var registeredAt: WallTime?
    public var lastSeen: WallTime?

    public init() {}
}

/// The state of a node in figures.
public struct NodeStatus: Equatable, Sendable, Codable {
    public struct CallServer: Equatable, Sendable, Codable {
        public var name: String = ""
        public var activeMember: String = ""
        public var members: [Member] = []
        public var subscriptions: Int = 0
        public var activeSubscriptions: Int = 0
        public var devices: Int = 0
        public var active: Int = 0
        public var stale: Int = 0
        public var retired: Int = 0
        /// Completed downloads since the start.
        public var downloads: Int = 0
        /// Why the first of its subscriptions that does not stand failed the last time.
        public var subscriptionFailure: String?
        public init() {}
    }

    public var node: String = ""
    public var draining: Bool = false
    public var callServers: [CallServer] = []
    public var calls: UInt64 = 0
    public var leases: Int = 0
    public var openAlerts: Int = 0
    /// The ways out, in a fixed order.
    public var channels: [Channel] = []
    public var journalWaiting: Int = 0
    public var storeWaiting: Int = 0
    public var storeFailure: String?
    /// The other node of the pair, if this is one of a pair.
    public var peer: Peer?
    /// Messages sent and received, by kind, in a fixed order: `sent.302`, `received.INVITE`…
    public var counters: [Counter] = []

    /// A member of a call server as it is at present.
    public struct Member: Equatable, Sendable, Codable {
        public var address: String = ""
        /// Whether it is the source of events.
        public var isActive: Bool = false
        /// `unproven`, `well` or `failed`.
        public var state: String = ""
        /// Why it has failed, or why it may not take over yet; empty for neither.
        public var reason: String = ""
        public var subscriptions: Int = 0
        public var activeSubscriptions: Int = 0
        /// Devices that it sees.
        public var devices: Int = 0
        public init() {}
    }

    /// The other node of a pair, as this one knows it.
    public struct Peer: Equatable, Sendable, Codable {
        public var name: String = ""
        /// This node's place in the pair, 0 or 1.
        public var position: Int = 0
        /// `unknown`, `serving`, `draining` or `stopped`, as the other node last said.
        public var state: String = ""
        public var software: String = ""
        public var console: String = ""
        /// The store answers this node.
        public var isConnected: Bool = false
        /// The leases of the other node are known.
        public var isSeen: Bool = false
        /// Milliseconds since the other node said something new, while the store answered.
        public var silence: Int?
        /// Calls of the other node that wait for its store.
        public var callsWaiting: Int = 0
        public var openAlerts: Int = 0
        /// Rows of the other node that have come and are not taken over yet.
        public var rowsWaiting: Int = 0
        /// How far the clock that both count by may be wrong, in milliseconds; `nil` before the store has told its time.
        public var clockError: Int?
        /// The node that binds numbers of pools and tells the ALI side; empty while neither does.
        public var leader: String = ""
        public init() {}
    }

    public struct Counter: Equatable, Sendable, Codable {
        public var name: String
        public var value: UInt64
        public init(name: String, value: UInt64) {
            self.name = name
            self.value = value
        }
    }

    public init() {}
}

/// An effect of ``E911Node`` that does not go to the wire.
public enum NodeEffect: Equatable, Sendable {
    /// Append this record with one write; answer with ``NodeCommand/journaled(_:failure:)``.
    case journal(CallRecord, JournalToken)
    /// All records up to this one are in the store; segments without later ones may go.
    case forgetJournal(through: JournalToken)
    /// Commit these rows together; answer with ``NodeCommand/persisted(_:failure:)``.
    case persist(StoreBatch, PersistToken)
    /// Ask the store for at most so many rows of a feed behind each node's counter (``NodeStore/changes(in:since:limit:)``);
    /// answer with ``NodeCommand/fetched(_:_:)``, within ``PairLimits/question``. Only of a node of a pair.
    case fetch(StoreFeed, since: [StoredState.NodeCounter], limit: Int, FetchToken)
    /// Make this site ready with ``PreparedSite/init(_:)``, on a thread where that holds up nobody, and answer with
    /// ``NodeCommand/prepared(_:_:)``. Only of a node of a pair.
    indirect case prepare(Stamped<SiteConfiguration>)
    /// The site changed: write its snapshot beside the journal (write, then rename), with the counter of its row in the
    /// store.
    indirect case snapshot(Stamped<SiteConfiguration>)
    /// The site's zone, an IANA name: answer with ``NodeCommand/zoneOffset(minutes:)`` now and when it changes.
    case timeZone(String)
    /// The call servers' addresses, as far as they are known, and their proxies', instead of those told before: capacity is
    /// reserved for them, so no limit on connections applies.
    case reserve([CallServerSources])
    /// Read these files: answer with ``NodeCommand/passwords(_:)``.
    case readPasswords([String])
    /// Read these files: answer with ``NodeCommand/addresses(_:)``.
    case readAddresses([String])
    /// Ask DNS these: answer each with ``NodeCommand/resolved(_:_:)``, within
    /// `ResolutionLimits.questionTimeout`, or it has failed.
    case resolve([DNSQuestion])
    /// Where DNS said that members are, instead of what was told before: write it beside the journal (write, then rename),
    /// and bring it back in ``StoredState/members``.
    case remember([KnownMember])
    /// What ELINs are bound to, instead of what was told before: write it beside the journal (write, then rename), and
    /// bring it back in ``StoredState/elinsCopy``.
    case rememberELINs(StoredELINs)
    /// What the counters of this node stay below: write it beside the journal (write, then rename), and bring it back in
    /// ``StoredState/counterMark``.
    case rememberCounter(UInt64)
    indirect case deliver(Delivery)
    /// Post this once; answer with ``NodeCommand/posted(_:_:)``.
    case post(WebhookPost, PostToken)
    indirect case answer(NodeAnswer, QueryToken)
    case note(Note)
    /// Tell those who look on; only with ``NodeConfiguration/tellsLive``.
    case live(LiveEvent)
    /// Let go of this, on a thread where that holds up nobody.
    case discard(ReplacedSite)
    /// Every subscription has ended and nothing is owed; the process may leave.
    case finished
}

/// Where the messages of one call server come from: its members' addresses and its proxies'.
public struct CallServerSources: Hashable, Sendable {
    public var name: String
    public var prefixes: [IPPrefix]

    public init(name: String, prefixes: [IPPrefix]) {
        self.name = name
        self.prefixes = prefixes
    }
}

/// Something worth telling: the daemon logs it, a simulation checks it.
public struct Note: Equatable, Sendable {
    public enum Level: UInt8, Sendable, Comparable {
        case debug, info, notice, alarm
        public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
    }

    public var level: Level
    /// A stable name: `device.added`, `call.redirected`, `subscription.failed`.
    public var code: String
    /// A static sentence.
    public var text: String
    /// Data, in a fixed order. Personal data only at ``Level/debug``.
    public var fields: [Field]

    /// What is no text becomes one when it is asked for, on the thread that writes the log.
    public struct Field: Equatable, Sendable {
        public var name: String
        /// A name, number or address of a person's device.
        public var isPersonal: Bool
        private let content: Content

        private enum Content: Sendable {
            case text(String)
            case key(RecordKey)
            case number(Int)
            case elin(TelephoneNumber)
        }

        private init(_ name: String, content: Content, personal: Bool = false) {
            self.name = name
            isPersonal = personal
            self.content = content
        }

        public init(_ name: String, _ value: String, personal: Bool = false) {
            self.init(name, content: .text(value), personal: personal)
        }

        init(_ name: String, _ key: RecordKey) { self.init(name, content: .key(key)) }

        init(_ name: String, _ number: Int) { self.init(name, content: .number(number)) }

        /// Empty for no number.
        init(_ name: String, _ elin: TelephoneNumber?) {
            self.init(name, content: elin.map { .elin($0) } ?? .text(""))
        }

        public var value: String {
            switch content {
            case .text(let text): text
            case .key(let key): key.description
            case .number(let number): String(number)
            case .elin(let elin): elin.description
            }
        }

        /// There is no value.
        public var isEmpty: Bool { if case .text(let text) = content { text.isEmpty } else { false } }

        /// Writes the value, which costs less than a text of it.
        public func append(to octets: inout [UInt8]) {
            switch content {
            case .text(let text): octets.append(text: text)
            case .key(let key): octets.append(key)
            case .number(let number): octets.append(decimal: Int64(number))
            case .elin(let elin): octets.append(text: elin.description)
            }
        }

        public static func == (a: Field, b: Field) -> Bool {
            a.name == b.name && a.isPersonal == b.isPersonal && a.value == b.value
        }
    }

    public init(_ level: Level, _ code: String, _ text: String, _ fields: [Field] = []) {
        self.level = level
        self.code = code
        self.text = text
        self.fields = fields
    }
}
