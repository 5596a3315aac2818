int zoo_dependency_answer(void);
int zoo_dependency_answer(void) {
    return 42;
}
