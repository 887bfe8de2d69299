//! Whom the newcomer's shield is for: who serves is there to be reached, and who comes back keeps their friends. PROTOCOL 13.2.1.

use hearth_core::Suite;
use hearth_core::content::Body;
use hearth_core::content::body::Position;
use hearth_core::event::Role;
use hearth_tests::NodeId;

use crate::scene::{MINUTE, Scene, scene};

impl Scene {
    fn is_shielded(&self, node: NodeId) -> bool {
        self.world.engine(node).shield(&self.group, self.world.now).unwrap().is_on
    }
}

#[test]
fn p13_2_1_who_serves_is_there_to_be_reached_and_may_have_a_shield_all_the_same() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.let_shield();
    // All came in today, as members: that alone opens no door.
    assert!([ben, cleo, dan].iter().all(|node| scene.is_shielded(*node)));
    scene.give_role(alice, ben, Role::Servant);
    let holder = Some(scene.identity(alice, cleo));
    scene.set(alice, &Body::Position(Position { name: "Greeter".to_owned(), text: String::new(), holder }));
    assert!(!scene.is_shielded(ben) && !scene.is_shielded(cleo) && scene.is_shielded(dan));
    for whom in [ben, cleo] {
        scene.direct(dan, whom, "I am new, may I ask something?");
        assert_eq!((scene.texts(whom).len(), scene.waiting(whom).len()), (1, 0));
    }
    scene.direct(alice, dan, "you owe me an answer");
    assert_eq!(
        (scene.texts(dan).len(), scene.waiting(dan)),
        (2, vec!["Alice".to_owned()]),
        "his own words alone"
    );
    // Their own word goes before what they serve as.
    scene.shield(ben, true);
    scene.direct(alice, ben, "hi");
    scene.direct(alice, ben, "hi");
    assert_eq!((scene.texts(ben).len(), scene.waiting(ben)), (1, vec!["Alice".to_owned()]));
}

#[test]
fn p13_2_1_who_comes_back_is_shielded_anew_and_hears_whom_they_had_written_to() {
    let (mut scene, [alice, ben, cleo, dan]) = scene::<4>(Suite::X25519);
    scene.world.let_shield();
    scene.direct(cleo, ben, "thank you for last night");
    let group = scene.group;
    scene.world.leave(cleo, group).unwrap();
    scene.world.run_ms(MINUTE);
    scene.admit(alice, cleo);
    scene.world.run_ms(MINUTE);
    assert!(scene.is_shielded(cleo));
    scene.direct(ben, cleo, "good to see you again");
    scene.direct(dan, cleo, "so you are back");
    assert!(scene.texts(cleo).contains(&"good to see you again".to_owned()));
    assert_eq!(scene.waiting(cleo), ["Dan"]);
}
