from people.line_management import Management


def test_chain_climbs_to_any_depth_with_its_distances():
    lines = Management([(1, 2), (2, 3), (3, 4)])
    assert lines.chain(1) == {2: 1, 3: 2, 4: 3}
    assert lines.chain(1, depth=1) == {2: 1}
    assert lines.distance(1, 4) == lines.distance(4, 1) == 3
    assert lines.distance(1, 5) is None


def test_chain_follows_several_managers_by_the_shortest_way():
    assert Management([(1, 2), (1, 3), (2, 4), (3, 5), (5, 4)]).chain(1) == {2: 1, 3: 1, 4: 2, 5: 2}


def test_two_reports_of_one_manager_are_in_no_line():
    assert Management([(1, 3), (2, 3)]).distance(1, 2) is None


def test_a_loop_is_reported_and_not_followed():
    lines = Management([(1, 2), (2, 3), (3, 1), (4, 1)])
    assert lines.chain(1) == {2: 1, 3: 2}
    assert lines.loops() == [[1, 2, 3]]
    assert Management([(1, 2), (1, 3), (2, 4), (3, 4)]).loops() == []


def test_loops_are_found_in_a_chain_longer_than_the_call_stack():
    chain = [(n, n + 1) for n in range(5000)]
    assert Management(chain).loops() == []
    assert len(Management([*chain, (5000, 0)]).loops()[0]) == 5001
