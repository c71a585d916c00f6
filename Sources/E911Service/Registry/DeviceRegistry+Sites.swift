public import E911Values

// The call servers and members of the site.
extension DeviceRegistry {
    /// Takes the call servers of the site: new ones, changed ones, and the loss of those that are not named any more,
    /// whose devices are forgotten. Members are known by name; what a member that is gone has seen is retired unless
    /// another sees it.
    public mutating func configure(_ configurations: [RegistryCallServer], now: Now) {
        latest = now
        var places = callServers.map { Array(0..<$0.members.count).map(Optional.some) }
        for index in callServers.indices
        where !configurations.contains(where: { $0.name == callServers[index].configuration.name }) {
            guard !callServers[index].isRemoved else { continue }
            callServers[index].isRemoved = true
            jobs.append(.forget(callServer: index, cursor: 0))
        }
        for configuration in configurations {
            guard let index = callServers.firstIndex(where: { $0.configuration.name == configuration.name }) else {
                callServers.append(CallServerState(configuration))
                continue
            }
            places[index] = update(index, configuration)
        }
        let stride = max(1, callServers.map { $0.members.count }.max() ?? 1)
        let isMoved = places.contains { $0 != Array(0..<$0.count).map(Optional.some) }
        if stride != table.stride || isMoved { table.relocateMembers(stride: stride, places: places) }
        if isMoved { jobs.append(.retireUnseen(cursor: 0)) }
    }

    /// Answers where the members went.
    private mutating func update(_ index: Int, _ configuration: RegistryCallServer) -> [Int?] {
        let old = callServers[index]
        let places = old.configuration.members.map { configuration.members.firstIndex(of: $0) }
        var members = configuration.members.map { _ in MemberState() }
        for (place, member) in zip(places, old.members) {
            if let place { members[place] = member }
        }
        callServers[index].configuration = configuration
        callServers[index].members = members
        callServers[index].isRemoved = false
        callServers[index].active = old.active < places.count ? places[old.active] ?? 0 : 0
        let isMoved = places != Array(0..<places.count).map(Optional.some)
        // The source is another member than before, or it is not known any more where a comparison stood.
        var hasLostSource = old.active >= places.count || places[old.active] == nil
        jobs.removeAll {
            switch $0 {
            case .forget(index, _): return true
            case .switchMember(index, _, _, _):
                hasLostSource = hasLostSource || isMoved
                return isMoved
            default: return $0.sweep?.callServer == index && isMoved
            }
        }
        if hasLostSource {
            jobs.append(.switchMember(callServer: index, from: nil, to: callServers[index].active, cursor: 0))
        }
        for position in subscriptions.indices {
            guard let state = subscriptions[position], state.callServer == index else { continue }
            guard state.member < places.count, let place = places[state.member] else {
                close(handle(position))
                continue
            }
            subscriptions[position]?.member = place
        }
        let identityChanged =
            old.configuration.filter != configuration.filter || old.configuration.ipSources != configuration.ipSources
            || old.configuration.macSources != configuration.macSources
            || old.configuration.userAgentPattern != configuration.userAgentPattern
        if identityChanged { jobs.append(.refilter(callServer: index, cursor: 0)) }
        return places
    }

    /// Makes another member the source of events. What it sees otherwise than the one before comes out as events of
    /// ``advance(now:)``.
    public mutating func setActiveMember(_ member: Int, ofCallServer name: String, now: Now) {
        latest = now
        guard let index = index(ofCallServer: name), callServers[index].members.indices.contains(member),
            callServers[index].active != member
        else { return }
        let old = callServers[index].active
        callServers[index].active = member
        jobs.append(.switchMember(callServer: index, from: old, to: member, cursor: 0))
    }

    /// The member whose NOTIFYs make events.
    public func activeMember(ofCallServer name: String) -> Int? {
        index(ofCallServer: name).map { callServers[$0].active }
    }

    func index(ofCallServer name: String) -> Int? {
        callServers.firstIndex { $0.configuration.name == name && !$0.isRemoved }
    }
}
