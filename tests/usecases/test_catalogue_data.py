"""The data files against the study of March 2024: every list is written here a second time, from the study itself."""

import re
import tomllib
from datetime import date

import pytest
from django.utils.text import slugify

from usecases.catalogue import load_catalogue
from usecases.data_files import DATA, read_data_files
from usecases.models import (
    Barrier,
    Benefit,
    Edition,
    Family,
    GlossaryTerm,
    Occupation,
    Rating,
    Sector,
    SheetSection,
    Stage,
    StudyPoint,
    Theme,
    Tool,
    UseCase,
    ValueChain,
)

NAMES = {
    "Conception et développement de projets": [
        "Assistance à l'écriture de scénario",
        "Analyse sémantique de scénarios",
        "Analyse du potentiel d'un script",
        "Prévisualisation : illustration du projet et storyboarding",
        "Assistance à la budgétisation et à la planification",
        "Assistance à la création de plannings de tournage",
        "Aide à la création de concepts de jeux vidéo",
        "Aide à la création de cahier des charges",
        "Aide à la création de niveaux de jeu",
        "Nouvelles possibilités de gameplay",
        "Génération de dialogues",
        "Trames narratives personnalisées",
    ],
    "Tournage et post-production son/image": [
        "Caméras intelligentes",
        "Indexation et labellisation des rushes de tournage et des pistes audio",
        "Montage vidéo assisté par l'IA",
        "Étalonnage assisté",
        "Post-production son assistée par l'IA",
        "Bruitage automatisé",
        "Scoring et coordination musicale",
        "Automatisation de la post-synchronisation",
        "Génération de voix",
        "Automatisation du doublage en langue étrangère",
        "Synchronisation labiale (vubbing)",
        "Automatisation du sous-titrage",
        "Audiodescription automatisée",
    ],
    "Animation, VFX et développement jeu vidéo": [
        "Rotoscoping et compositing automatisés",
        "Markerless Motion Capture",
        "Simulations assistées par l'IA",
        "Capture et simulation du visage",
        "Création de paysages et extension de background",
        "Gestion de la lumière assistée",
        "Génération de vidéos à partir de prompt",
        "Création de personnages et d'assets 2D",
        "Optimisation du rendu",
        "Modélisation 3D",
        "Animation assistée par IA",
        "PNJ « intelligents »",
        "Équilibrage d'un jeu : adaptation du niveau de difficulté en fonction du joueur",
        "Match-making intelligent",
        "Aide à la création de textures",
        "Automatisation et optimisation du rigging et du skinning",
        "Programmation assistée par l'IA",
        "Automatisation des tests et debugging de jeux",
    ],
    "Distribution & Marketing": [
        "Création de bandes-annonces",
        "Création de contenus promotionnels",
        "Nouvelles possibilités de marketing grâce à l'IA",
        "Assistance pour les tâches bureautiques",
        "Reddition de comptes",
    ],
    "Diffusion": [
        "Création de métadonnées",
        "Recommandation d'œuvres",
        "Optimisation de la grille des programmes",
        "Optimisation du flux vidéo",
        "Vérification de la conformité avec la réglementation de la diffusion",
    ],
    "Monétisation du catalogue": [
        "Placement de produit virtuel",
        "Restauration d'œuvres du catalogue",
        "Clipping et revente d'extraits automatisés",
    ],
    "Gestion du cycle de vie du jeu": [
        "Analyse du comportement d'un joueur et data analytics",
        "Prompting d'UGC joueur",
        "Création d'avatars personnalisés par prompt",
        "Chatbot de service joueur",
        "Détection de triche et fraude grâce à l'IA",
        "Détection de comportement toxique",
    ],
}
WRITING = "assistance-a-lecriture-de-scenario"
PREVIS = "previsualisation-illustration-du-projet-et-storyboarding"
INDEXING = "indexation-et-labellisation-des-rushes-de-tournage-et-des-pistes-audio"
TRAILERS = "creation-de-bandes-annonces"
CHEATING = "detection-de-triche-et-fraude-grace-a-lia"
SHEETS = [WRITING, PREVIS, INDEXING, TRAILERS, CHEATING]


@pytest.fixture
def catalogue(db):
    load_catalogue()


def names(queryset):
    return list(queryset.values_list("name", flat=True))


def test_the_62_use_cases_stand_in_the_order_and_the_words_of_the_study(catalogue):
    loaded = {family.name: names(family.use_cases.retained()) for family in Family.objects.all()}

    assert list(loaded.items()) == list(NAMES.items())
    assert [len(cases) for cases in NAMES.values()] == [12, 13, 18, 5, 5, 3, 6]
    assert names(UseCase.objects.retained()) == [name for cases in NAMES.values() for name in cases]


def test_the_code_of_a_use_case_is_the_slug_of_its_name(catalogue):
    rows = UseCase.objects.values_list("code", "name")

    assert [code for code, _ in rows] == [slugify(name) for _, name in rows]
    assert len(rows) == 64


def test_two_use_cases_were_not_retained_and_say_on_whose_word(catalogue):
    rows = UseCase.objects.filter(status="not_retained").values_list("name", "status_source")

    assert list(rows) == [
        (
            "Lutte contre le piratage",
            "Étude CNC × BearingPoint, mars 2024, note de la fiche sur la détection de triche et fraude\u00a0: "
            "aucune solution identifiée contre le piratage.",
        ),
        (
            "Assistance à la programmation des salles",
            "Presse professionnelle (Boxoffice Pro), à propos du rapport complet de l’étude\u00a0: "
            "besoin non confirmé.",
        ),
    ]


def test_chains_stages_and_sectors(catalogue):
    assert list(ValueChain.objects.values_list("code", "name")) == [
        ("cinema_audiovisual", "Cinéma & Audiovisuel"),
        ("video_game", "Jeu vidéo"),
    ]
    assert list(Stage.objects.values_list("chain__code", "name", "source", "potential_impact")) == [
        ("cinema_audiovisual", "Développement", "study", None),
        ("cinema_audiovisual", "Préproduction", "study", None),
        ("cinema_audiovisual", "Tournage", "proposed", None),
        ("cinema_audiovisual", "Postproduction", "study", None),
        ("cinema_audiovisual", "Effets visuels & animation", "press", None),
        ("cinema_audiovisual", "Lancement sortie", "study", None),
        ("cinema_audiovisual", "Exploitation en salles", "press", None),
        ("cinema_audiovisual", "Diffusion linéaire et non linéaire", "press", None),
        ("cinema_audiovisual", "Gestion du catalogue", "press", None),
        ("video_game", "Préproduction", "study", None),
        ("video_game", "Production", "proposed", None),
        ("video_game", "Lancement", "proposed", None),
        ("video_game", "Post-lancement", "study", None),
    ]
    assert list(Sector.objects.values_list("code", "chain__code")) == [
        ("cinema", "cinema_audiovisual"),
        ("audiovisual", "cinema_audiovisual"),
        ("video_game", "video_game"),
    ]


def test_no_retained_use_case_belongs_to_theatres(catalogue):
    assert names(UseCase.objects.retained().filter(stages__code="theatrical")) == []


def test_the_study_names_eight_occupations_and_five_benefits(catalogue):
    assert sorted(names(Occupation.objects.filter(source="study"))) == [
        "Artistes 2D",
        "Auteurs-scénaristes",
        "Monteurs son",
        "Monteurs vidéo",
        "Producteurs",
        "Programmeurs",
        "Réalisateurs",
        "Testeurs",
    ]
    assert list(Benefit.objects.values_list("name", "source")) == [
        ("Gain de temps", "study"),
        ("Inspiration créative", "study"),
        ("Qualité accrue", "study"),
        ("Réduction de coûts", "study"),
        ("Meilleure expérience utilisateur", "study"),
    ]


def test_every_occupation_has_a_group_and_meets_a_use_case_except_the_last_one(catalogue):
    idle = Occupation.objects.exclude(use_cases__in=UseCase.objects.retained())

    assert 40 <= Occupation.objects.count() <= 50
    assert list(idle.values_list("code", flat=True)) == ["other"]
    assert Occupation.objects.last().code == "other"
    assert names(Occupation.objects.filter(group="")) == []


def test_the_nine_barriers_are_the_obstacles_of_the_frame_under_the_same_codes(catalogue):
    barriers = list(Barrier.objects.values_list("code", "group"))
    obstacles = StudyPoint.objects.filter(theme__code="obstacles", parent__isnull=False)

    assert barriers == [*obstacles.values_list("code", "parent__code"), ("other", "")]


def test_tools_are_those_the_text_names(catalogue):
    assert list(Tool.objects.values_list("name", "publisher").exclude(source="proposed")) == [
        ("ChatGPT", "OpenAI"),
        ("Consistency (plug-in de ChatGPT)", ""),
        ("GPT-4", ""),
        ("Bard", ""),
        ("Genario", ""),
        ("Jasper.ai", ""),
        ("Sudowrite", ""),
        ("DALL-E", "OpenAI"),
        ("Midjourney", ""),
        ("Stable Diffusion", ""),
        ("Boords", ""),
        ("StoryboardHero", ""),
        ("Elai.io", ""),
        ("Runway", ""),
        ("Pika Labs", ""),
        ("Sora", "OpenAI"),
        ("DaVinci Resolve 18", "Black Magic Design"),
        ("Adobe Pro", ""),
        ("Pro Tools", ""),
        ("AnyBrain", ""),
        ("Waldo Vision", ""),
        ("Alexa", ""),
        ("Siri", ""),
    ]


HEADERS = {
    WRITING: {
        "stages": [("cinema_audiovisual", "Développement")],
        "occupations": ["Auteurs-scénaristes"],
        "benefits": ["Gain de temps", "Inspiration créative"],
        "tools": ["ChatGPT", "Consistency (plug-in de ChatGPT)", "Bard", "Genario", "Jasper.ai", "Sudowrite"],
    },
    PREVIS: {
        "stages": [("cinema_audiovisual", "Préproduction"), ("video_game", "Préproduction")],
        "occupations": ["Producteurs", "Réalisateurs", "Artistes 2D"],
        "benefits": ["Gain de temps", "Qualité accrue"],
        "tools": [
            "Midjourney",
            "Stable Diffusion",
            "Boords",
            "StoryboardHero",
            "Elai.io",
            "Runway",
            "Pika Labs",
            "Sora",
        ],
    },
    INDEXING: {
        "stages": [("cinema_audiovisual", "Postproduction")],
        "occupations": ["Monteurs vidéo", "Monteurs son"],
        "benefits": ["Gain de temps"],
        "tools": ["DaVinci Resolve 18", "Adobe Pro", "Pro Tools"],
    },
    TRAILERS: {
        "stages": [("cinema_audiovisual", "Lancement sortie")],
        "occupations": ["Monteurs vidéo", "Monteurs son"],
        "benefits": ["Gain de temps", "Réduction de coûts"],
        "tools": [],
    },
    CHEATING: {
        "stages": [("video_game", "Post-lancement")],
        "occupations": ["Programmeurs", "Testeurs"],
        "benefits": ["Meilleure expérience utilisateur"],
        "tools": ["AnyBrain", "Waldo Vision"],
    },
}


@pytest.mark.parametrize("code", SHEETS)
def test_header_and_cited_tools_of_a_sheet(catalogue, code):
    use_case = UseCase.objects.get(code=code)

    assert {
        "stages": list(use_case.stages.values_list("chain__code", "name")),
        "occupations": names(use_case.occupations),
        "benefits": names(use_case.benefits),
        "tools": names(use_case.tools),
    } == HEADERS[code]
    assert use_case.summary_source == "study"
    assert not use_case.stage_links.filter(proposed=True).exists()
    assert not use_case.occupation_links.filter(proposed=True).exists()
    assert not use_case.benefit_links.filter(proposed=True).exists()


def test_sections_are_those_that_each_sheet_has(catalogue):
    rows = {code: [] for code in SHEETS}
    for code, kind in SheetSection.objects.values_list("use_case__code", "kind"):
        rows[code].append(kind)

    assert rows == {
        WRITING: ["description", "technology_maturity", "examples", "adoption_potential", "perception"],
        PREVIS: ["description", "technology_maturity", "adoption_potential", "potential_impact"],
        INDEXING: ["description", "technology_maturity", "examples", "adoption_potential"],
        TRAILERS: ["description", "technology_maturity", "examples", "adoption_potential"],
        CHEATING: ["description", "technology_maturity", "adoption_potential", "note"],
    }


def test_figures_names_and_works_of_the_sheets_are_kept(catalogue):
    facts = {
        WRITING: ["Alexandre Astier", "*Kaamelott 2*", "«\u00a0Consistency\u00a0»"],
        PREVIS: ["*text-to-video*", "Sora (OpenAI)", "appels à projets"],
        INDEXING: ["Netflix", "*camera-to-cloud*", "reconnaissance faciale"],
        TRAILERS: ["2016", "*Morgan*", "2023", "Netflix"],
        CHEATING: ["supérieure à 99\u00a0%", "FPS", "*open source*", "biométrique", "piratage"],
    }
    texts = {code: "\n".join(UseCase.objects.get(code=code).sections.values_list("body", flat=True)) for code in facts}

    assert {code: [fact for fact in facts[code] if fact not in texts[code]] for code in facts} == {
        code: [] for code in facts
    }


def test_every_other_use_case_has_proposed_links_and_a_summary(catalogue):
    wrong = []
    for use_case in UseCase.objects.exclude(code__in=SHEETS):
        links = [
            list(table.values_list("proposed", flat=True))
            for table in (use_case.stage_links, use_case.occupation_links, use_case.benefit_links)
        ]
        sizes = [1 <= len(links[0]) <= 3, 2 <= len(links[1]) <= 6, len(links[2]) <= 3]
        if use_case.is_retained:
            sizes.append(len(links[2]) >= 1)
        if not (all(map(all, links)) and all(sizes) and use_case.summary_source == "proposed"):
            wrong.append(use_case.code)

    assert wrong == []


def test_a_summary_is_one_sentence_of_160_characters_at_most(catalogue):
    summaries = dict(UseCase.objects.values_list("code", "summary"))

    assert [
        code for code, text in summaries.items() if not (0 < len(text) <= 160 and re.fullmatch(r"[^.…]+[.…]", text))
    ] == []
    assert len(set(summaries.values())) == 64


def test_the_2024_edition_holds_ten_wordings_and_eight_levels(catalogue):
    edition = Edition.objects.get()
    known = edition.ratings.exclude(label="").values_list("use_case__code", "dimension", "level", "label", "status")

    assert (edition.number, edition.title, edition.published_on, edition.collected_from, edition.collected_to) == (
        1,
        "Étude CNC × BearingPoint, mars 2024",
        date(2024, 3, 6),
        date(2023, 12, 1),
        date(2024, 1, 31),
    )
    assert (edition.is_fictional, edition.respondents, edition.previous) == (False, None, None)
    assert sorted(known) == sorted(
        [
            (WRITING, "maturity", 2, "Technologie existante en évolution rapide", "study"),
            (WRITING, "impact", 1, "Assistance sur des tâches existantes", "study"),
            (PREVIS, "maturity", 2, "Technologie en évolution rapide", "study"),
            (PREVIS, "impact", 2, "Automatisation d'une partie des tâches", "study"),
            (INDEXING, "maturity", 3, "Technologie existante", "study"),
            (INDEXING, "impact", 2, "Automatisation d'une partie des tâches", "study"),
            (TRAILERS, "maturity", 1, "Technologie en développement", "study"),
            (TRAILERS, "impact", 1, "Assistance sur certaines tâches", "study"),
            (CHEATING, "maturity", None, "Technologie en développement", "study"),
            (CHEATING, "impact", None, "Assistance sur des tâches aujourd'hui complexes", "study"),
        ]
    )


def test_what_the_study_does_not_rate_is_not_provided(catalogue):
    counts = {
        dimension: (
            Rating.objects.filter(dimension=dimension).count(),
            Rating.objects.filter(dimension=dimension, level=None).count(),
            Rating.objects.filter(dimension=dimension, status="not_provided", level=None, label="").count(),
        )
        for dimension in ("maturity", "impact", "adoption")
    }

    assert counts == {"maturity": (62, 58, 57), "impact": (62, 58, 57), "adoption": (0, 0, 0)}


def test_the_eleven_terms_of_the_glossary(catalogue):
    assert names(GlossaryTerm.objects.order_by("position")) == [
        "Deepfake",
        "Deep learning",
        "Feature",
        "GPU",
        "Lip-sync",
        "LLM",
        "Machine learning",
        "NLP",
        "Output",
        "Prompt ou prompting",
        "TPU",
    ]


# {theme: its points in order, or {point: its parts}}
FRAME = {
    "method": ["literature_survey", "interviews", "window"],
    "key_concepts": ["artificial_intelligence", "machine_learning", "deep_learning", "generative_ai"],
    "dates": ["intelligent_machine", "pagerank", "gpu_tpu_training", "chatgpt_launch"],
    "technologies": [
        "audio_signal_processing",
        "voice_sound_generation",
        "natural_language_processing",
        "large_language_models",
        "computer_vision",
        "diffusion_models",
    ],
    "objectives": {
        "stimulate_creativity": ["new_ideas", "extend_concepts"],
        "gain_efficiency": ["automate_tasks", "quality_time_ratio"],
        "open_new_possibilities": ["go_further", "rethink_experience"],
    },
    "obstacles": {
        "legal_ethical": ["training_data_transparency", "data_confidentiality", "usage_rights", "works_protection"],
        "professional_standards": ["insufficient_quality", "workflow_integration"],
        "professional_maturity": ["uneven_progress", "individual_appetite", "time_for_testing"],
    },
    "employment": {
        "trade": ["technological_maturity", "creative_component", "training_need"],
        "seniority": ["expertise_level", "young_access"],
        "project_type": ["specialisation"],
    },
    "project_strategies": [
        "same_work_cheaper",
        "more_works",
        "higher_production_quality",
        "better_working_conditions",
        "strategies_conclusion",
    ],
    "prospective_illustrations": [
        "makeup_vfx",
        "single_sound_role",
        "generated_foley",
        "director_storyboarding",
        "modelled_stunts",
        "game_artist_360",
    ],
    "player_profiles": ["own_solutions", "market_software_dependent", "agile_adopters"],
    "opportunity_drivers": [
        "economic_goals",
        "footage_and_effects_volume",
        "genre_and_creator_demands",
        "budgets_and_teams",
    ],
    "sector_illustrations": ["animation", "shoot_management", "subtitling_and_dubbing"],
    "offer_effects": [
        "amateur_productions",
        "larger_projects",
        "interactive_experiences",
        "niche_diversity",
        "international_reach",
        "accessibility",
        "catalogue_visibility",
        "monetisation",
    ],
    "long_term_questions": [
        "know_how",
        "environment",
        "cultural_diversity",
        "broadcaster_balance",
        "discoverability",
    ],
}


def test_the_frame_of_the_study_is_complete(catalogue):
    loaded = {}
    for theme in Theme.objects.all():
        tops = list(theme.points.filter(parent=None))
        parts = {top.code: list(top.parts.values_list("code", flat=True)) for top in tops}
        loaded[theme.code] = parts if any(parts.values()) else list(parts)

    assert list(loaded.items()) == list(FRAME.items())
    assert list(StudyPoint.objects.filter(body="")) == []


@pytest.mark.parametrize(
    ("theme", "details"),
    [
        ("method", ["décembre 2023 – janvier 2024", "janvier 2024", "décembre 2023 – janvier 2024"]),
        ("dates", ["1950", "1998", "2012-2016", "2022"]),
        ("technologies", ["son", "son", "texte", "texte", "image", "image"]),
        ("employment", ["", "facteur", "facteur", "besoin", "", "facteur", "besoin", "", "facteur"]),
        ("project_strategies", ["", "", "", "", "conclusion"]),
    ],
)
def test_details_of_the_points(catalogue, theme, details):
    assert list(StudyPoint.objects.filter(theme__code=theme).values_list("detail", flat=True)) == details


def test_each_objective_and_each_concept_is_illustrated(catalogue):
    illustrated = StudyPoint.objects.filter(parent=None).exclude(detail="")

    assert illustrated.filter(theme__code="objectives").count() == 3
    assert illustrated.filter(theme__code="key_concepts").count() == 4


@pytest.mark.parametrize(
    ("theme", "labels"),
    [
        (
            "project_strategies",
            [
                "Produire la même œuvre pour moins cher",
                "Produire plus d’œuvres dans le même temps",
                "Augmenter la qualité de la production",
                "Améliorer les conditions de travail",
                "Conclusion",
            ],
        ),
        (
            "prospective_illustrations",
            [
                "Vers une réalisation du maquillage-trucage en VFX\u00a0?",
                "Vers un métier unique du traitement du son\u00a0?",
                "Vers un bruitage entièrement généré par un ordinateur\u00a0?",
                "Vers une réappropriation du storyboarding par le réalisateur\u00a0?",
                "Vers des cascades modélisées en post-production\u00a0?",
                "Vers un métier de game artist 360°\u00a0?",
            ],
        ),
        (
            "offer_effects",
            [
                "Plus de productions audiovisuelles amateurs",
                "Des projets d’une nouvelle envergure, sans autocensure créative",
                "De nouvelles expériences interactives pour les joueurs et spectateurs",
                "Une diversité plus forte, avec plus de projets à destination de publics de niche",
                "Une plus large diffusion internationale des œuvres audiovisuelles et jeux vidéo",
                "Un niveau d’accessibilité des œuvres plus élevé pour les publics empêchés",
                "Une plus grande visibilité des catalogues",
                "Des nouveaux potentiels de monétisation",
            ],
        ),
        (
            "long_term_questions",
            [
                "Quel impact sur les savoir-faire\u00a0?",
                "Quel impact environnemental\u00a0?",
                "Quel impact sur la diversité culturelle\u00a0?",
                "Quelles évolutions des équilibres entre diffuseurs\u00a0?",
                "Quelles adaptations pour maintenir la découvrabilité des œuvres\u00a0?",
            ],
        ),
        (
            "opportunity_drivers",
            [
                "Des objectifs et intérêts économiques différents",
                "Des volumes de prises de vue ou d’effets visuels différenciants",
                "Des exigences propres à chaque genre et à chaque créateur",
                "Des budgets et équipes projet de différentes ampleurs",
            ],
        ),
        (
            "player_profiles",
            [
                "Quelques acteurs en mesure de développer rapidement leurs propres solutions d’IA",
                "Un ensemble d’acteurs dépendant de l’intégration de l’IA aux suites logicielles de marché",
                "Des acteurs plus agiles, qui pourront adopter rapidement l’IA pour gagner en capacité",
            ],
        ),
    ],
)
def test_labels_are_the_study_s_own_in_french_typography(catalogue, theme, labels):
    assert names(StudyPoint.objects.filter(theme__code=theme)) == labels


# A file's own strings, save what the study printed letter for letter: names of use cases, wordings of ratings.
LETTER_FOR_LETTER = {("use_cases.toml", "name"), ("edition_2024.toml", "label")}
FAULTS = {
    "straight apostrophe": re.compile("'"),
    "no no-break space before": re.compile(r"(?<![\u00a0\u202f])[;?!»%]|(?<![\u00a0\u202f/\d]):(?!//)"),
    "no no-break space after": re.compile(r"«(?![\u00a0\u202f])"),
    "three dots": re.compile(r"\.\.\."),
    "capital without its accent": re.compile(r"\b(A|E)(tude|tape|cran|quilibr|diteur|tat|volution)|^A "),
    "two spaces": re.compile(r"  "),
}


def texts(value, key=""):
    if isinstance(value, dict):
        for name, item in value.items():
            yield from texts(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, key)
    elif isinstance(value, str):
        yield key, value


@pytest.mark.parametrize("file", sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.toml")))
def test_french_typography(file):
    content = tomllib.loads((DATA / file).read_text(encoding="utf-8"))

    assert [
        (fault, text)
        for key, text in texts(content)
        if (file, key) not in LETTER_FOR_LETTER
        for fault, pattern in FAULTS.items()
        if pattern.search(text)
    ] == []


def test_light_markdown_is_well_formed():
    bodies = [entry.values["body"] for kind in ("sections", "points") for entry in read_data_files().entries[kind]]

    assert [body for body in bodies if body.count("*") % 2] == []
    assert [line for body in bodies for line in body.splitlines() if line != line.strip()] == []
    assert [body for body in bodies if re.search(r"^[^-\n][^\n]*\n- ", body, re.MULTILINE)] == []
